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

/** A member cluster in memory: Deployments with their `/scale`, and a watch on them. */
export class FakeMember {
  readonly name: string;
  readonly lost = new AbortController();
  readonly cluster: Cluster;
  readonly writes: WrittenScale[] = [];
  /** Calls in the order in which they came, as `verb resource`. */
  readonly calls: string[] = [];
  mayWatch = true;
  /** Runs before a write takes effect; what it throws is the answer. */
  onWrite: (written: WrittenScale, signal: AbortSignal | undefined) => void | Promise<void> = () => undefined;
  /** Runs before a read is answered. */
  onRead: () => void | Promise<void> = () => undefined;
  readonly #objects = new Map<string, KubeObject>();
  readonly #watches = new Set<(event: WatchEvent) => void>();
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
  }

  /** Takes the right to watch away, which ends what is open. */
  refuseWatches(): void {
    this.mayWatch = false;
    const object = { code: 403, reason: 'Forbidden', message: 'may not watch deployments' };
    for (const tell of this.#watches) tell({ type: 'ERROR', object });
  }

  remove(name: NamespacedName = { namespace: 'team', name: 'web' }): void {
    const object = this.#objects.get(objectKey(name));
    if (object === undefined) return;
    this.#objects.delete(objectKey(name));
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
        this.#checkWatch(resource, options.namespace);
        return { items: this.#in(options.namespace), resourceVersion: String(this.#version) } as never;
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
        this.#checkWatch(resource, options.namespace);
        await this.#watch(options, onEvent, signal);
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
    this.put(replicas, { namespace: namespace ?? '', name, writer, ...(uid === undefined ? {} : { uid }) });
  }

  #scale(resource: Resource, name: NamespacedName): KubeObject {
    const object = this.#objects.get(objectKey(name));
    if (object === undefined)
      throw new NotFoundError(this.#context('get', resource), { message: 'not found', httpStatus: 404 });
    const { replicas } = object['status'] as { readonly replicas: number };
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
      status: { replicas },
    };
  }

  #checkWatch(resource: Resource, namespace: string | undefined): void {
    if (this.mayWatch) return;
    throw new ForbiddenError(
      { ...this.#context('list', resource), namespace },
      { message: 'may not list deployments', httpStatus: 403 },
    );
  }

  /** A server without streaming lists: what there is comes by a list. */
  async #watch(
    { sendInitialEvents, resourceVersion = '0', namespace, onOpen }: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const ended = Promise.withResolvers<never>();
    onOpen?.();
    if (sendInitialEvents === true) {
      for (const object of this.#in(namespace)) onEvent({ type: 'ADDED', object });
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = { resourceVersion: String(Math.max(1, this.#version)), annotations };
      onEvent({ type: 'BOOKMARK', object: { metadata } });
    } else {
      for (const object of this.#in(namespace))
        if (Number(object.metadata.resourceVersion) > Number(resourceVersion))
          onEvent({ type: 'MODIFIED', object });
    }
    const tell = (event: WatchEvent): void => {
      const { metadata } = event.object as unknown as Partial<KubeObject>;
      if (metadata !== undefined && metadata.namespace !== namespace) return;
      try {
        onEvent(event);
      } catch (error) {
        ended.reject(error);
      }
    };
    this.#watches.add(tell);
    signal.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
    await ended.promise.finally(() => this.#watches.delete(tell));
  }

  #in(namespace: string | undefined): readonly KubeObject[] {
    return [...this.#objects.values()].filter(({ metadata }) => metadata.namespace === namespace);
  }

  #context(verb: string, resource: Resource): CallContext {
    return { cluster: this.name, verb, resource: resourceName(resource) };
  }
}
