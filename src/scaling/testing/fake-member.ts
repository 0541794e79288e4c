import { type KubeObject, type NamespacedName, objectKey } from '../../api/index.ts';
import type { Cluster, Member } from '../../clusters/index.ts';
import {
  type CallContext,
  ForbiddenError,
  type KubeClient,
  type ListOptions,
  NotFoundError,
  type Resource,
  resourceName,
  ThrottledError,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '../../kube/index.ts';

export interface WrittenScale {
  readonly name: string;
  readonly replicas: number;
  readonly dryRun: boolean;
}

export interface PutOptions {
  readonly namespace?: string;
  readonly name?: string;
  /** Default: all of them. */
  readonly ready?: number;
  /** The field manager of `spec.replicas`. */
  readonly writer?: string;
  /** When that wrote. */
  readonly time?: string;
  readonly uid?: string;
}

/** A member cluster in memory: Deployments with their `/scale` and their pods, and watches on both. */
export class FakeMember {
  readonly name: string;
  readonly lost = new AbortController();
  readonly cluster: Cluster;
  readonly writes: WrittenScale[] = [];
  /** Calls in the order in which they came, as `verb resource`. */
  readonly calls: string[] = [];
  mayWatch = true;
  /** Whether pods that are added become ready at once. */
  startsPods = true;
  /** By which pods are told apart; the scale names those by `app`. */
  podLabel = 'app';
  pods: 'watched' | 'listed' | 'throttled' | 'refused' = 'watched';
  /** Runs before a write takes effect; what it throws is the answer. */
  onWrite: (written: WrittenScale, signal: AbortSignal | undefined) => void | Promise<void> = () => undefined;
  /** Runs before a read is answered. */
  onRead: () => void | Promise<void> = () => undefined;
  readonly #objects = new Map<string, KubeObject>();
  readonly #pods = new Map<string, KubeObject>();
  readonly #watches = new Set<(event: WatchEvent) => void>();
  readonly #podWatches = new Set<(event: WatchEvent) => void>();
  #version = 0;

  constructor(name: string, generation = 1) {
    this.name = name;
    this.cluster = {
      id: `kubeconfig#${name}`,
      name,
      generation,
      client: this.#client(),
      serverVersion: 'v1.36.0',
      signal: this.lost.signal,
    };
  }

  get watching(): number {
    return this.#watches.size;
  }

  get watchingPods(): number {
    return this.#podWatches.size;
  }

  /** The member as a registry tells of it. */
  member(changes: Partial<Member> = {}): Member {
    return {
      id: this.cluster.id,
      provider: 'kubeconfig',
      local: this.name,
      alias: this.name,
      state: 'Ready',
      info: 'It answers.',
      since: 0,
      isDrained: false,
      cluster: this.cluster,
      ...changes,
    };
  }

  /** Puts a Deployment there, or changes it as somebody on the member does. */
  put(
    replicas: number,
    {
      namespace = 'team',
      name = 'web',
      ready = replicas,
      writer = 'kubectl',
      time = '2026-01-01T00:00:00Z',
      uid,
    }: PutOptions = {},
  ): void {
    const key = objectKey({ namespace, name });
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    const object: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        namespace,
        name,
        uid: uid ?? `${this.name}-${name}`,
        resourceVersion: String(++this.#version),
        managedFields: [{ manager: writer, time, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }],
      },
      spec: { replicas },
      status: { replicas, readyReplicas: ready },
    };
    this.#objects.set(key, object);
    for (const tell of this.#watches) tell({ type, object });
    this.#putPods({ namespace, name }, replicas, ready);
  }

  #putPods({ namespace, name }: NamespacedName, replicas: number, ready: number): void {
    const most = Math.max(replicas, this.#pods.size);
    for (let index = 0; index < most; index++) {
      const key = objectKey({ namespace, name: `${name}-${index}` });
      const known = this.#pods.get(key);
      const status = { conditions: [{ type: 'Ready', status: index < ready ? 'True' : 'False' }] };
      const metadata = {
        namespace,
        name: `${name}-${index}`,
        labels: { [this.podLabel]: name },
        resourceVersion: String(++this.#version),
      };
      const object = { apiVersion: 'v1', kind: 'Pod', metadata, status } as KubeObject;
      if (index < replicas) this.#pods.set(key, object);
      else if (!this.#pods.delete(key)) continue;
      const type = index >= replicas ? 'DELETED' : known === undefined ? 'ADDED' : 'MODIFIED';
      for (const tell of this.#podWatches) tell({ type, object });
    }
  }

  /** Takes the right to watch away, which ends what is open. */
  refuseWatches(): void {
    this.mayWatch = false;
    const object = { code: 403, reason: 'Forbidden', message: 'may not watch deployments' };
    for (const tell of this.#watches) tell({ type: 'ERROR', object });
  }

  endPodWatches(): void {
    const object = { code: 403, reason: 'Forbidden', message: 'may not watch pods' };
    for (const tell of this.#podWatches) tell({ type: 'ERROR', object });
  }

  remove(name: NamespacedName = { namespace: 'team', name: 'web' }): void {
    const object = this.#objects.get(objectKey(name));
    if (object === undefined) return;
    this.#objects.delete(objectKey(name));
    this.#putPods(name, 0, 0);
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    for (const tell of this.#watches) tell({ type: 'DELETED', object: { ...object, metadata } });
  }

  replicas(name: NamespacedName = { namespace: 'team', name: 'web' }): number | undefined {
    const spec = this.#objects.get(objectKey(name))?.['spec'] as { readonly replicas: number } | undefined;
    return spec?.replicas;
  }

  #client(): KubeClient {
    const client: Partial<KubeClient> = {
      cluster: this.name,
      get: async (resource: Resource, name: NamespacedName) => {
        this.calls.push(`get ${resource.plural}`);
        await this.onRead();
        return this.#scale(resource, name) as never;
      },
      list: async (resource: Resource, options: ListOptions = {}) => {
        this.calls.push(`list ${resource.plural}`);
        this.#checkRight('list', resource, options.namespace);
        return { items: this.#in(resource, options), resourceVersion: String(this.#version) } as never;
      },
      watch: async (
        resource: Resource,
        options: WatchOptions,
        onEvent: (event: WatchEvent) => void,
        signal: AbortSignal,
      ) => {
        this.calls.push(`watch ${resource.plural}`);
        // No server answers at once.
        await Promise.resolve();
        this.#checkRight('watch', resource, options.namespace);
        await this.#watch(resource, options, onEvent, signal);
      },
      patch: async (
        resource: Resource,
        name: NamespacedName,
        _type: string,
        body: unknown,
        options: WriteOptions = {},
      ) => {
        const { spec } = body as { readonly spec: { readonly replicas: number } };
        const written = { name: name.name, replicas: spec.replicas, dryRun: options.dryRun === true };
        await this.onWrite(written, options.signal);
        this.#scale(resource, name);
        this.writes.push(written);
        if (!written.dryRun) this.#scaleTo(name, spec.replicas, options.fieldManager ?? '');
        return this.#scale(resource, name) as never;
      },
      resourceFor: async ({ group, version, kind }) => ({
        group,
        version,
        kind,
        plural: `${kind.toLowerCase()}s`,
        namespaced: true,
      }),
    };
    return client as KubeClient;
  }

  #scaleTo({ namespace, name }: NamespacedName, replicas: number, writer: string): void {
    const object = this.#objects.get(objectKey({ namespace, name }));
    const uid = object?.metadata.uid;
    const before = object?.['status'] as { readonly readyReplicas: number } | undefined;
    const ready = this.startsPods ? replicas : Math.min(replicas, before?.readyReplicas ?? 0);
    this.put(replicas, {
      namespace: namespace ?? '',
      name,
      writer,
      ready,
      ...(uid === undefined ? {} : { uid }),
    });
  }

  #scale(resource: Resource, name: NamespacedName): KubeObject {
    const object = this.#objects.get(objectKey(name));
    if (object === undefined)
      throw new NotFoundError(this.#context('get', resource), { message: 'not found', httpStatus: 404 });
    const status = object['status'] as { readonly replicas: number };
    const { uid, resourceVersion } = object.metadata;
    return {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: {
        name: name.name,
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      spec: object['spec'],
      status: { replicas: status.replicas, selector: `app=${name.name}` },
    };
  }

  #checkRight(verb: 'list' | 'watch', resource: Resource, namespace: string | undefined): void {
    const isAllowed =
      resource.plural === 'pods'
        ? this.pods === 'watched' || (this.pods === 'listed' && verb === 'list')
        : this.mayWatch;
    if (isAllowed) return;
    if (resource.plural === 'pods' && this.pods === 'throttled' && verb === 'list')
      throw new ThrottledError(this.#context(verb, resource), { message: 'too busy', httpStatus: 429 });
    throw new ForbiddenError(
      { ...this.#context(verb, resource), namespace },
      { message: `may not ${verb} ${resource.plural}`, httpStatus: 403 },
    );
  }

  /** A server without streaming lists: what there is comes by a list. */
  async #watch(
    resource: Resource,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { sendInitialEvents, resourceVersion = '0', onOpen } = options;
    const watches = resource.plural === 'pods' ? this.#podWatches : this.#watches;
    signal.throwIfAborted();
    const ended = Promise.withResolvers<never>();
    onOpen?.();
    if (sendInitialEvents === true) {
      for (const object of this.#in(resource, options)) onEvent({ type: 'ADDED', object });
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = { resourceVersion: String(Math.max(1, this.#version)), annotations };
      onEvent({ type: 'BOOKMARK', object: { metadata } });
    } else {
      for (const object of this.#in(resource, options))
        if (Number(object.metadata.resourceVersion) > Number(resourceVersion))
          onEvent({ type: 'MODIFIED', object });
    }
    const tell = (event: WatchEvent): void => {
      const object = event.object as unknown as Partial<KubeObject>;
      if (object.metadata !== undefined && !isAskedFor(object.metadata, options)) return;
      try {
        onEvent(event);
      } catch (error) {
        ended.reject(error);
      }
    };
    watches.add(tell);
    signal.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
    await ended.promise.finally(() => watches.delete(tell));
  }

  #in(resource: Resource, options: ListOptions): readonly KubeObject[] {
    const objects = resource.plural === 'pods' ? this.#pods : this.#objects;
    return [...objects.values()].filter(({ metadata }) => isAskedFor(metadata, options));
  }

  #context(verb: string, resource: Resource): CallContext {
    return { cluster: this.name, verb, resource: resourceName(resource) };
  }
}

function isAskedFor({ namespace, labels }: KubeObject['metadata'], asked: ListOptions): boolean {
  const { labelSelector } = asked;
  return (
    namespace === asked.namespace &&
    (labelSelector === undefined || labelSelector === `app=${labels?.['app']}`)
  );
}
