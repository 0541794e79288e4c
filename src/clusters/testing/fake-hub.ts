import { type GroupVersionKind, type KubeObject, objectKey } from '../../api/index.ts';
import {
  type CallContext,
  type KubeClient,
  NoMatchError,
  NotFoundError,
  type Resource,
  resourceName,
  type WatchEvent,
  type WatchOptions,
} from '../../kube/index.ts';

/** Objects of the resources that a hub serves, with watches that begin with what is there. */
export class FakeHub {
  /** By `group/version`; what is not here is not served. */
  readonly served: Set<string>;
  /** What the next watches and reads fail with, while it is set. */
  failure: Error | undefined;
  /** What discovery fails with, while it is set. */
  discoveryFailure: Error | undefined;
  /** The versions that watches were opened on, in their order. */
  readonly watched: string[] = [];
  /** What reads of single objects wait for before they answer. */
  reading: Promise<void> = Promise.resolve();
  /** Reads of single objects so far. */
  gets = 0;
  readonly #objects = new Map<string, KubeObject>();
  readonly #watches = new Set<(event: WatchEvent) => void>();
  #revision = 0;

  constructor(served: readonly string[]) {
    this.served = new Set(served);
  }

  readonly client = {
    cluster: 'hub',
    resourceFor: async (kind: GroupVersionKind) => this.#resource(kind),
    watch: async (
      resource: Resource,
      options: WatchOptions,
      onEvent: (event: WatchEvent) => void,
      signal: AbortSignal,
    ) => {
      this.watched.push(resource.version);
      for await (const event of this.#events(options, signal)) onEvent(event);
    },
    get: async (resource: Resource, name: { namespace?: string; name: string }) => this.#get(resource, name),
    invalidateDiscovery: () => undefined,
  } as unknown as KubeClient;

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  put(object: KubeObject): void {
    const type = this.#objects.has(objectKey(object.metadata)) ? 'MODIFIED' : 'ADDED';
    this.#tell({ type, object: this.keep(object) });
  }

  /** As `put`, but watches have not heard of it yet. */
  keep(object: KubeObject): KubeObject {
    const metadata = { uid: `uid-of-${object.metadata.name}`, ...object.metadata };
    const stored = { ...object, metadata: { ...metadata, resourceVersion: String(++this.#revision) } };
    this.#objects.set(objectKey(metadata), stored);
    return stored;
  }

  /** Watches hear that it is nothing of theirs any more, as when it has lost its label. */
  leave(key: string): void {
    const object = this.#objects.get(key);
    if (object !== undefined) this.#tell({ type: 'DELETED', object });
  }

  delete(key: string): void {
    const object = this.#objects.get(key);
    this.#objects.delete(key);
    if (object !== undefined) this.#tell({ type: 'DELETED', object });
  }

  /** Ends every watch: with 404 the resource is served no more, with 410 it has to be listed again. */
  breakWatches(code: 404 | 410): void {
    for (const tell of this.#watches) tell({ type: 'ERROR', object: { code, message: 'it is over' } });
  }

  #resource({ group, version, kind }: GroupVersionKind): Resource {
    if (this.discoveryFailure !== undefined) throw this.discoveryFailure;
    if (this.served.has(`${group}/${version}`))
      return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: true };
    throw new NoMatchError(context('discover', kind), { message: `no matches for kind "${kind}"` });
  }

  async #get(resource: Resource, name: { namespace?: string; name: string }): Promise<KubeObject> {
    this.gets++;
    await this.reading;
    if (this.failure !== undefined) throw this.failure;
    const object = this.#objects.get(objectKey(name));
    if (object !== undefined) return object;
    throw new NotFoundError(context('get', resourceName(resource)), { message: 'not found' });
  }

  async *#events({ sendInitialEvents }: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    if (this.failure !== undefined) throw this.failure;
    const events: WatchEvent[] = [];
    let news = Promise.withResolvers<void>();
    const tell = (event: WatchEvent): void => {
      events.push(event);
      news.resolve();
    };
    const onAbort = (): void => news.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    if (sendInitialEvents === true) {
      for (const object of this.#objects.values()) events.push({ type: 'ADDED', object });
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      events.push({
        type: 'BOOKMARK',
        object: { metadata: { resourceVersion: String(this.#revision + 1), annotations } },
      });
    }
    this.#watches.add(tell);
    try {
      for (;;) {
        yield* events.splice(0);
        await news.promise;
        signal.throwIfAborted();
        news = Promise.withResolvers<void>();
      }
    } finally {
      this.#watches.delete(tell);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #tell(event: WatchEvent): void {
    for (const tell of this.#watches) tell(event);
  }
}

function context(verb: string, resource: string): CallContext {
  return { cluster: 'hub', verb, resource };
}
