import { type KubeObject, type NamespacedName, objectKey } from '../../api/index.ts';
import {
  AlreadyExistsError,
  type CallContext,
  ConflictError,
  type KubeClient,
  type ListOptions,
  NotFoundError,
  type ObjectList,
  type Resource,
  resourceName,
  type WatchEvent,
  type WriteOptions,
} from '../../kube/index.ts';
import { applyMergePatch } from '../../../test/support/apply-merge-patch.ts';

export interface MemoryCall {
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'watch';
  readonly key: string;
  readonly body?: unknown;
  readonly subresource?: string | undefined;
}

type Listener = (event: WatchEvent) => void;

/** As much of an API server as this room calls: versions, conflicts, merge patches, watches. Every call is recorded. */
export class MemoryApi implements Pick<KubeClient, 'get' | 'list' | 'create' | 'update' | 'patch' | 'watch'> {
  readonly cluster = 'hub';
  readonly calls: MemoryCall[] = [];
  /** Runs before a call takes effect; what it throws is the answer. */
  before: (call: MemoryCall) => void | Promise<void> = () => undefined;
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<Listener>();
  #version = 0;

  /** This server as the client that the code under test takes. */
  get client(): KubeClient {
    return this as unknown as KubeClient;
  }

  /** Puts an object there without a call; returns it as stored. */
  seed(object: KubeObject): KubeObject {
    return this.#store(object, { type: 'ADDED', uid: object.metadata.uid ?? `uid-${this.#version + 1}` });
  }

  /** An object as it is now. */
  peek(name: NamespacedName): KubeObject | undefined {
    return this.#objects.get(objectKey(name));
  }

  all(): KubeObject[] {
    return [...this.#objects.values()];
  }

  remove(name: NamespacedName): void {
    const object = this.peek(name);
    this.#objects.delete(objectKey(name));
    if (object !== undefined) this.#tell({ type: 'DELETED', object });
  }

  async get<T extends KubeObject>(resource: Resource, name: NamespacedName): Promise<T> {
    await this.#enter({ verb: 'get', key: objectKey(name) });
    return this.#find(resource, 'get', name) as T;
  }

  async list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<ObjectList<T>> {
    await this.#enter({ verb: 'list', key: options.namespace ?? '' });
    const items = this.all().filter(
      ({ kind, metadata }) => kind === resource.kind && metadata.namespace === options.namespace,
    ) as T[];
    return { items, resourceVersion: String(this.#version) };
  }

  async create<T extends KubeObject>(resource: Resource, object: KubeObject): Promise<T> {
    await this.#enter({ verb: 'create', key: objectKey(object.metadata), body: object });
    if (this.peek(object.metadata) !== undefined) {
      throw new AlreadyExistsError(context(resource, 'create', object.metadata), {
        message: 'already exists',
      });
    }
    return this.seed(object) as T;
  }

  async update<T extends KubeObject>(resource: Resource, object: KubeObject): Promise<T> {
    await this.#enter({ verb: 'update', key: objectKey(object.metadata), body: object });
    const current = this.#find(resource, 'update', object.metadata);
    this.#check(resource, 'update', current, object.metadata);
    return this.#store(object, { type: 'MODIFIED', uid: current.metadata.uid }) as T;
  }

  async patch<T extends KubeObject>(
    resource: Resource,
    name: NamespacedName,
    type: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    await this.#enter({ verb: 'patch', key: objectKey(name), body, subresource: options.subresource });
    if (type !== 'merge') throw new Error(`this server knows no ${type} patch`);
    const current = this.#find(resource, 'patch', name);
    this.#check(resource, 'patch', current, (body as Partial<KubeObject>).metadata ?? {});
    const patched = applyMergePatch(current, body) as KubeObject;
    const stored = options.subresource === 'status' ? { ...current, status: patched['status'] } : patched;
    return this.#store(stored, { type: 'MODIFIED', uid: current.metadata.uid }) as T;
  }

  async watch(
    resource: Resource,
    options: unknown,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const event of this.events(resource, options, signal)) onEvent(event);
  }

  async *events(_resource: Resource, _options: unknown, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    await this.#enter({ verb: 'watch', key: '' });
    const events: WatchEvent[] = [];
    let wake = Promise.withResolvers<void>();
    const listener = (event: WatchEvent): void => {
      events.push(event);
      wake.resolve();
    };
    const onAbort = (): void => wake.resolve();
    this.#listeners.add(listener);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        yield* events.splice(0);
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      this.#listeners.delete(listener);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #enter(call: MemoryCall): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }

  #find(resource: Resource, verb: string, name: NamespacedName): KubeObject {
    const object = this.peek(name);
    if (object === undefined)
      throw new NotFoundError(context(resource, verb, name), { message: 'not found' });
    return object;
  }

  #check(
    resource: Resource,
    verb: string,
    current: KubeObject,
    guard: Partial<KubeObject['metadata']>,
  ): void {
    const { resourceVersion, uid } = current.metadata;
    if ((guard.resourceVersion ?? resourceVersion) === resourceVersion && (guard.uid ?? uid) === uid) return;
    throw new ConflictError(context(resource, verb, current.metadata), {
      message: 'the object has been modified',
    });
  }

  #store(
    object: KubeObject,
    { type, uid }: { type: 'ADDED' | 'MODIFIED'; uid: string | undefined },
  ): KubeObject {
    const metadata = {
      ...object.metadata,
      ...(uid === undefined ? {} : { uid }),
      resourceVersion: String(++this.#version),
    };
    const stored = structuredClone({ ...object, metadata });
    this.#objects.set(objectKey(metadata), stored);
    this.#tell({ type, object: stored });
    return stored;
  }

  #tell(event: WatchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function context(resource: Resource, verb: string, { namespace, name }: NamespacedName): CallContext {
  return { cluster: 'hub', verb, resource: resourceName(resource), namespace, name };
}
