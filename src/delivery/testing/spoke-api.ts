import { isDeepStrictEqual } from 'node:util';
import { applyMergePatch } from '../../../test/support/apply-merge-patch.ts';
import {
  type GroupVersionKind,
  type KubeObject,
  type ManagedFieldsEntry,
  type NamespacedName,
  objectKey,
  type ObjectMeta,
} from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import {
  AlreadyExistsError,
  type CallContext,
  ConflictError,
  type DeleteOptions,
  type KubeClient,
  type ListOptions,
  NoMatchError,
  NotFoundError,
  type Resource,
  resourceName,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '../../kube/index.ts';
import { appliedFields, withoutPatched } from './applied-fields.ts';
import { servedOnSpoke } from './served-on-spoke.ts';

export interface SpokeCall {
  readonly verb: 'get' | 'list' | 'create' | 'apply' | 'patch' | 'delete' | 'watch';
  /** `deployments.apps`. */
  readonly resource: string;
  /** `namespace/name`; of a list the namespace, or ''. */
  readonly key: string;
  readonly body?: unknown;
}

type Listener = (type: 'ADDED' | 'MODIFIED' | 'DELETED', id: string, object: KubeObject) => void;
type Selection = Pick<WatchOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;

/** Applies are an hour apart, so that the time of one tells whether it created the object. */
const hourMs = 3_600_000;

/**
 * As much of a spoke's API server as a delivery calls: server-side apply with managed fields, watches, finalizers,
 * preconditions, and the garbage collector, which is through before a deletion is answered. Conflicts about fields are
 * left to `before`.
 */
export class SpokeApi {
  readonly cluster = 'fleet/spoke';
  readonly calls: SpokeCall[] = [];
  #stalled: PromiseWithResolvers<void> | undefined;
  /** Runs before a call takes effect; what it throws is the answer. */
  before: (call: SpokeCall) => void = () => undefined;
  served: readonly Resource[] = servedOnSpoke;
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<Listener>();
  #version = 0;

  /** This server as the client that the code under test takes. */
  get client(): KubeClient {
    return this as unknown as KubeClient;
  }

  /** A connection to this server. */
  connection(signal: AbortSignal, id = 'clusterprofile#fleet/spoke'): Cluster {
    return {
      id,
      name: this.cluster,
      generation: 1,
      client: this.client,
      serverVersion: 'v1.36.0',
      signal,
    };
  }

  /** No watch shows anything new until what it returns is called. */
  stallWatches(): () => void {
    const stalled = Promise.withResolvers<void>();
    this.#stalled = stalled;
    return () => {
      this.#stalled = undefined;
      stalled.resolve();
    };
  }

  /** What was asked since `from` calls ago began, as `apply deployments.apps knative-serving/activator`; no watches. */
  asked(from = 0, verbs = /^(?!watch)/): readonly string[] {
    return this.calls
      .slice(from)
      .filter(({ verb }) => verbs.test(verb))
      .map(({ verb, resource, key }) => `${verb} ${resource} ${key}`);
  }

  /** Puts an object there without a call, as a manager that applies it. */
  seed(object: KubeObject, manager = 'kubectl'): KubeObject {
    return this.#put(this.#resourceOf(object), object, manager);
  }

  /** Somebody writes over fields without a call. */
  edit(object: KubeObject, patch: unknown, manager = 'kubectl-edit'): void {
    this.#patch(this.#resourceOf(object), this.#require(object), patch, manager);
  }

  /** Somebody deletes it without a call. */
  remove(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): void {
    this.#drop(this.#resourceOf(object), this.#require(object), 'Background');
  }

  peek(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): KubeObject | undefined {
    return this.#objects.get(idOf(this.#resourceOf(object), object.metadata));
  }

  /** `ConfigMap ns/name` of everything that is there. */
  all(): readonly string[] {
    return [...this.#objects.values()]
      .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)
      .sort();
  }

  async get(resource: Resource, name: NamespacedName): Promise<KubeObject> {
    this.#enter('get', resource, objectKey(name));
    return structuredClone(this.#find('get', resource, name));
  }

  async list(
    resource: Resource,
    options: ListOptions = {},
  ): Promise<{ items: KubeObject[]; resourceVersion: string }> {
    this.#enter('list', resource, options.namespace ?? '');
    const items = this.#select(resource, options).map((object) => shown(object, options.metadataOnly));
    return { items, resourceVersion: String(this.#version) };
  }

  async create(resource: Resource, object: KubeObject): Promise<KubeObject> {
    this.#enter('create', resource, objectKey(object.metadata), object);
    if (this.#objects.has(idOf(resource, object.metadata)))
      throw new AlreadyExistsError(this.#context('create', resource, object.metadata), {
        message: 'already exists',
      });
    return structuredClone(this.#put(resource, object, 'node'));
  }

  async apply(resource: Resource, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    this.#enter('apply', resource, objectKey(object.metadata), object);
    const manager = options.fieldManager ?? 'wheelwright';
    if (options.dryRun === true) return this.#rehearse(resource, object, manager);
    return structuredClone(this.#put(resource, object, manager));
  }

  async patch(
    resource: Resource,
    name: NamespacedName,
    type: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<KubeObject> {
    this.#enter('patch', resource, objectKey(name), body);
    if (type !== 'merge') throw new Error(`this server knows no ${type} patch`);
    const current = this.#find('patch', resource, name);
    const { resourceVersion, uid } = (body as { readonly metadata?: ObjectMeta }).metadata ?? {};
    this.#check('patch', resource, current, { resourceVersion, uid });
    if (options.dryRun === true) return structuredClone(applyMergePatch(current, body) as KubeObject);
    return structuredClone(this.#patch(resource, current, body, options.fieldManager ?? 'node'));
  }

  async delete(
    resource: Resource,
    name: NamespacedName,
    { uid, resourceVersion, propagation = 'Background' }: DeleteOptions = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    this.#enter('delete', resource, objectKey(name));
    const current = this.#find('delete', resource, name);
    this.#check('delete', resource, current, { uid, resourceVersion });
    if ((current.metadata.finalizers ?? []).length === 0) {
      this.#drop(resource, current, propagation);
      return { kind: 'Status', status: 'Success' };
    }
    const metadata = { ...current.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    return { ...this.#store(resource, { ...current, metadata }) };
  }

  async watch(
    resource: Resource,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const event of this.#events(resource, options, signal)) onEvent(event);
  }

  async *#events(resource: Resource, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    this.#enter('watch', resource, options.namespace ?? '');
    const events: WatchEvent[] = [];
    let wake = Promise.withResolvers<void>();
    const push = (type: WatchEvent['type'], object: KubeObject): void => {
      events.push({ type, object: { ...shown(object, options.metadataOnly) } });
      wake.resolve();
    };
    const visible = new Set(this.#select(resource, options).map(({ metadata }) => objectKey(metadata)));
    const listener: Listener = (type, id, object) => {
      const key = objectKey(object.metadata);
      if (id !== idOf(resource, object.metadata)) return;
      const isShown = type !== 'DELETED' && selects(options, object);
      const wasShown = visible.has(key);
      if (isShown) visible.add(key);
      else visible.delete(key);
      if (isShown) push(wasShown ? 'MODIFIED' : 'ADDED', object);
      else if (wasShown) push('DELETED', object);
    };
    const onAbort = (): void => wake.resolve();
    this.#listeners.add(listener);
    signal.addEventListener('abort', onAbort, { once: true });
    if (options.sendInitialEvents === true) {
      for (const object of this.#select(resource, options)) push('ADDED', object);
      push('BOOKMARK', {
        apiVersion: 'v1',
        kind: 'Bookmark',
        metadata: {
          name: '',
          resourceVersion: String(this.#version),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      });
    }
    try {
      for (;;) {
        signal.throwIfAborted();
        await this.#stalled?.promise;
        yield* events.splice(0);
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    } finally {
      this.#listeners.delete(listener);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async resourceFor(kind: GroupVersionKind): Promise<Resource> {
    const found = this.served.find(
      (each) => each.group === kind.group && each.version === kind.version && each.kind === kind.kind,
    );
    if (found !== undefined) return found;
    const context = { cluster: this.cluster, verb: 'discover', resource: kind.kind };
    throw new NoMatchError(context, { message: `no matches for kind "${kind.kind}"` });
  }

  async resources(): Promise<readonly Resource[]> {
    return this.served;
  }

  invalidateDiscovery(): void {
    this.calls.length += 0;
  }

  #enter(verb: SpokeCall['verb'], resource: Resource, key: string, body?: unknown): void {
    const call = { verb, resource: resourceName(resource), key, body };
    this.calls.push(call);
    this.before(call);
  }

  #resourceOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Resource {
    const found = this.served.find(
      (each) => each.kind === kind && apiVersion === [each.group, each.version].filter(Boolean).join('/'),
    );
    if (found === undefined) throw new Error(`this server does not serve ${kind} in ${apiVersion}`);
    return found;
  }

  #require(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): KubeObject {
    return this.#find('get', this.#resourceOf(object), object.metadata);
  }

  #find(verb: string, resource: Resource, name: NamespacedName): KubeObject {
    const object = this.#objects.get(idOf(resource, name));
    if (object === undefined)
      throw new NotFoundError(this.#context(verb, resource, name), {
        message: 'not found',
        httpStatus: 404,
      });
    return object;
  }

  #select(resource: Resource, selection: Selection): readonly KubeObject[] {
    return [...this.#objects]
      .filter(([id, object]) => id === idOf(resource, object.metadata) && selects(selection, object))
      .map(([, object]) => object);
  }

  #check(
    verb: string,
    resource: Resource,
    current: KubeObject,
    guard: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
  ): void {
    const { resourceVersion, uid } = current.metadata;
    if ((guard.resourceVersion ?? resourceVersion) === resourceVersion && (guard.uid ?? uid) === uid) return;
    throw new ConflictError(this.#context(verb, resource, current.metadata), {
      message: 'the object has been modified',
      httpStatus: 409,
    });
  }

  #merge(resource: Resource, object: KubeObject): KubeObject {
    const before = this.#objects.get(idOf(resource, object.metadata));
    return structuredClone(applyMergePatch(before ?? {}, object) as KubeObject);
  }

  #rehearse(resource: Resource, object: KubeObject, manager: string): KubeObject {
    const next = this.#merge(resource, object);
    const others = (next.metadata.managedFields ?? []).filter((entry) => entry.manager !== manager);
    const managedFields = [...others, appliedEntry(object, manager)];
    return { ...next, metadata: { ...next.metadata, managedFields } };
  }

  #put(resource: Resource, object: KubeObject, manager: string): KubeObject {
    const before = this.#objects.get(idOf(resource, object.metadata));
    const next = this.#merge(resource, object);
    const others = (before?.metadata.managedFields ?? []).filter((entry) => entry.manager !== manager);
    const applied = appliedEntry(object, manager);
    const ours = before?.metadata.managedFields?.find((entry) => entry.manager === manager);
    if (
      before !== undefined &&
      isDeepStrictEqual(next, before) &&
      isDeepStrictEqual(ours?.fieldsV1, applied.fieldsV1)
    )
      return before;
    const time = new Date(++this.#version * hourMs).toISOString();
    const { uid, creationTimestamp } = before?.metadata ?? {};
    const metadata = {
      ...next.metadata,
      uid: uid ?? next.metadata.uid ?? `uid-${this.#version}`,
      creationTimestamp: creationTimestamp ?? time,
      managedFields: [...others, { ...applied, time }],
    };
    return this.#store(resource, { ...next, metadata });
  }

  #patch(resource: Resource, current: KubeObject, body: unknown, manager: string): KubeObject {
    const patched = applyMergePatch(current, body) as KubeObject;
    // Whoever writes them says what they are.
    if ((body as Partial<KubeObject>).metadata?.managedFields !== undefined)
      return this.#store(resource, patched);
    const managedFields = (current.metadata.managedFields ?? []).map((entry) =>
      entry.manager === manager ? entry : { ...entry, fieldsV1: withoutPatched(entry.fieldsV1 ?? {}, body) },
    );
    return this.#store(resource, { ...patched, metadata: { ...patched.metadata, managedFields } });
  }

  #store(resource: Resource, object: KubeObject): KubeObject {
    const id = idOf(resource, object.metadata);
    const before = this.#objects.get(id);
    const { generation = 0 } = before?.metadata ?? {};
    const isSame = before !== undefined && isDeepStrictEqual(before['spec'], object['spec']);
    const metadata = {
      ...object.metadata,
      resourceVersion: String(++this.#version),
      generation: isSame ? generation : generation + 1,
    };
    const stored = structuredClone({ ...object, metadata });
    const type = before !== undefined ? 'MODIFIED' : 'ADDED';
    this.#objects.set(id, stored);
    for (const listener of this.#listeners) listener(type, id, stored);
    return stored;
  }

  #drop(
    resource: Resource,
    object: KubeObject,
    propagation: NonNullable<DeleteOptions['propagation']>,
  ): void {
    const id = idOf(resource, object.metadata);
    const metadata = { ...object.metadata, resourceVersion: String(++this.#version) };
    this.#objects.delete(id);
    for (const listener of this.#listeners) listener('DELETED', id, { ...object, metadata });
    for (const each of this.#objects.values()) this.#collect(each, object, propagation);
  }

  /** What lies in a namespace goes with it, and what has no owner left with its last one. */
  #collect(each: KubeObject, gone: KubeObject, propagation: string): void {
    const resource = this.#resourceOf(each);
    if (gone.kind === 'Namespace' && each.metadata.namespace === gone.metadata.name)
      return this.#drop(resource, each, 'Background');
    const { ownerReferences = [] } = each.metadata;
    const others = ownerReferences.filter(({ uid }) => uid !== gone.metadata.uid);
    if (others.length === ownerReferences.length) return undefined;
    if (others.length === 0 && propagation !== 'Orphan') return this.#drop(resource, each, 'Background');
    const metadata = { ...each.metadata, ownerReferences: others };
    this.#store(resource, { ...each, metadata });
    return undefined;
  }

  #context(verb: string, resource: Resource, { namespace, name }: NamespacedName): CallContext {
    return { cluster: this.cluster, verb, resource: resourceName(resource), namespace, name };
  }
}

/** The same for every version of a kind. */
function idOf(resource: Resource, name: NamespacedName): string {
  return `${resourceName(resource)} ${objectKey(name)}`;
}

function selects(
  { namespace, labelSelector = '', fieldSelector = '' }: Selection,
  { metadata }: KubeObject,
): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const terms = (selector: string): string[][] =>
    selector
      .split(',')
      .filter((term) => term !== '')
      .map((term) => term.split('='));
  return (
    terms(labelSelector).every(([label = '', value]) => metadata.labels?.[label] === value) &&
    terms(fieldSelector).every(([field, value]) => field !== 'metadata.name' || metadata.name === value)
  );
}

function shown(object: KubeObject, metadataOnly = false): KubeObject {
  if (!metadataOnly) return structuredClone(object);
  const { metadata } = structuredClone(object);
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
}

/** Without its time. */
function appliedEntry(object: KubeObject, manager: string): ManagedFieldsEntry {
  return {
    manager,
    operation: 'Apply',
    apiVersion: object.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: appliedFields(object),
  };
}
