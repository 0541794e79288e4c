import {
  type DistributedScaledObject,
  type GroupVersionKind,
  type KubeObject,
  type NamespacedName,
  objectKey,
} from '../../../../api/index.ts';
import {
  type CallContext,
  ConflictError,
  type KubeClient,
  NotFoundError,
  type Resource,
  resourceName,
  type WatchEvent,
  type WatchOptions,
} from '../../../../kube/index.ts';

export const distributedScaledObjects: Resource = {
  group: 'keda.kedify.io',
  version: 'v1alpha1',
  kind: 'DistributedScaledObject',
  plural: 'distributedscaledobjects',
  namespaced: true,
};

type Tell = (event: WatchEvent) => void;

/** As much of a hub as the engine asks: objects with `/scale`, merge patches of annotations, watches by name. */
export class ScaleHub {
  /** What the next calls fail with, by verb, while it is set. */
  readonly failures = new Map<'get' | 'update' | 'patch' | 'list', Error>();
  /** Every total that was written, in its order. */
  readonly totals: number[] = [];
  /** How many calls there were. */
  calls = 0;
  /** Runs before an update of `/scale` takes effect. */
  beforeUpdate: () => void = () => undefined;
  /** Runs while `/scale` is read. */
  beforeScale: () => void = () => undefined;
  readonly #objects = new Map<string, KubeObject>();
  readonly #watches = new Set<{ readonly kind: string; readonly name: string; readonly tell: Tell }>();
  #version = 0;

  readonly client = {
    cluster: 'hub',
    get: async (resource: Resource, name: NamespacedName, { subresource }: { subresource?: string } = {}) => {
      this.#enter('get');
      const object = this.#find(resource, name);
      if (subresource !== 'scale') return object;
      this.beforeScale();
      return scaleOf(object);
    },
    update: async (resource: Resource, object: KubeObject) => {
      this.#enter('update');
      this.beforeUpdate();
      const stored = this.#find(resource, object.metadata);
      if (stored.metadata.resourceVersion !== object.metadata.resourceVersion)
        throw new ConflictError(context('update', resource), { message: 'the object has been modified' });
      const { replicas = 0 } = object['spec'] as { readonly replicas?: number };
      this.totals.push(replicas);
      const spec = { ...(stored['spec'] as object), totalTargetReplicas: replicas };
      return scaleOf(this.put({ ...stored, spec }));
    },
    patch: async (
      resource: Resource,
      name: NamespacedName,
      _type: string,
      { metadata }: { metadata: { annotations: Record<string, string | null> } },
    ) => {
      this.#enter('patch');
      const stored = this.#find(resource, name);
      const entries = Object.entries({ ...stored.metadata.annotations, ...metadata.annotations });
      const annotations = Object.fromEntries(
        entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      );
      return this.put({ ...stored, metadata: { ...stored.metadata, annotations } });
    },
    resourceFor: async ({ group, version, kind }: GroupVersionKind): Promise<Resource> => ({
      group,
      version,
      kind,
      plural: `${kind.toLowerCase()}s`,
      namespaced: true,
    }),
    list: async (
      resource: Resource,
      { labelSelector, fieldSelector = '' }: { labelSelector?: string; fieldSelector?: string } = {},
    ) => {
      this.#enter('list');
      const items = [...this.#objects.values()].filter(
        ({ kind, metadata: { labels = {} }, status }) =>
          kind === resource.kind &&
          !fieldSelector
            .split(',')
            .includes(`status.phase!=${(status as { readonly phase?: string } | undefined)?.phase}`) &&
          (labelSelector ?? '')
            .split(',')
            .every((term) => term === '' || labels[term.split('=')[0] ?? ''] === term.split('=')[1]),
      );
      return { items, resourceVersion: String(this.#version) };
    },
    watch: async (
      resource: Resource,
      { fieldSelector = '', sendInitialEvents, onOpen }: WatchOptions,
      onEvent: Tell,
      signal: AbortSignal,
    ) => {
      const name = fieldSelector.replace('metadata.name=', '');
      const watch = { kind: resource.kind, name, tell: onEvent };
      this.#watches.add(watch);
      onOpen?.();
      if (sendInitialEvents === true) {
        for (const object of this.#objects.values())
          if (object.kind === resource.kind && object.metadata.name === name)
            onEvent({ type: 'ADDED', object });
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        const metadata = { resourceVersion: String(this.#version + 1), annotations };
        onEvent({ type: 'BOOKMARK', object: { metadata } });
      }
      const ended = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => ended.reject(signal.reason), { once: true });
      try {
        await ended.promise;
      } finally {
        this.#watches.delete(watch);
      }
    },
  } as unknown as KubeClient;

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  put(object: KubeObject): KubeObject {
    const key = keyOf(object.kind, object.metadata);
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    const metadata = {
      ...object.metadata,
      uid: object.metadata.uid ?? this.#objects.get(key)?.metadata.uid ?? `uid-${this.#version}`,
      resourceVersion: String(++this.#version),
    };
    const stored = { ...object, metadata };
    this.#objects.set(key, stored);
    this.#tell({ type, object: stored });
    return stored;
  }

  remove(kind: string, name: NamespacedName): void {
    const object = this.#objects.get(keyOf(kind, name));
    this.#objects.delete(keyOf(kind, name));
    if (object !== undefined) this.#tell({ type: 'DELETED', object });
  }

  /** The object as it is now. */
  scaled(name = 'web'): DistributedScaledObject {
    return this.#objects.get(
      keyOf('DistributedScaledObject', { namespace: 'shop', name }),
    ) as unknown as DistributedScaledObject;
  }

  #enter(verb: 'get' | 'update' | 'patch' | 'list'): void {
    this.calls++;
    const failure = this.failures.get(verb);
    if (failure !== undefined) throw failure;
  }

  #find(resource: Resource, name: NamespacedName): KubeObject {
    const object = this.#objects.get(keyOf(resource.kind, name));
    if (object !== undefined) return object;
    throw new NotFoundError(context('get', resource), { message: 'not found' });
  }

  #tell(event: WatchEvent): void {
    const { kind, metadata } = event.object as unknown as KubeObject;
    for (const watch of this.#watches)
      if (watch.kind === kind && watch.name === metadata.name) watch.tell(event);
  }
}

function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { totalTargetReplicas: replicas = 0 } = spec as { readonly totalTargetReplicas?: number };
  const { totalCurrentReplicas: observed = 0 } = (status ?? {}) as { readonly totalCurrentReplicas?: number };
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata,
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: observed },
  };
}

function keyOf(kind: string, name: NamespacedName): string {
  return `${kind} ${objectKey(name)}`;
}

function context(verb: string, resource: Resource): CallContext {
  return { cluster: 'hub', verb, resource: resourceName(resource) };
}
