import type { GroupVersionKind, KubeObject, NamespacedName } from '../api/index.ts';
import type { Resource } from './resource.ts';

/** What every call takes: the caller's signal, and a deadline of its own (default 10 s). */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call, waiting for rate limits and retries included; for a list, for each of its pages. */
  readonly timeoutMs?: number | undefined;
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean | undefined;
  readonly subresource?: 'status' | 'scale' | undefined;
  readonly fieldManager?: string | undefined;
  /** Have only the metadata of the result sent back: enough for versions and managed fields, and much less to read. */
  readonly metadataOnly?: boolean | undefined;
}

export interface ListOptions extends CallOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Ask for PartialObjectMetadata: metadata without spec, status or data. */
  readonly metadataOnly?: boolean | undefined;
  /** Stop after this many objects; without it every page is read. */
  readonly limit?: number | undefined;
  /** `0` reads from the server's cache; absent reads the newest. */
  readonly resourceVersion?: string | undefined;
}

export interface ObjectList<T extends KubeObject = KubeObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

export interface DeleteOptions extends CallOptions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly metadataOnly?: boolean | undefined;
  readonly resourceVersion?: string | undefined;
  /** WatchList (KEP-3157): existing objects first, then a bookmark annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean | undefined;
  /** How long the server keeps the watch open, in seconds. */
  readonly timeoutSeconds?: number | undefined;
  /** Called when the server has opened the watch, which may be long before its first event. */
  readonly onOpen?: (() => void) | undefined;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Readonly<Record<string, unknown>>;
}

export type PatchType = 'merge' | 'json' | 'strategic';

export interface ServerVersion {
  readonly gitVersion: string;
  readonly major: string;
  readonly minor: string;
}

/**
 * One API server. Objects go in and come out as plain JSON; nothing is dropped, renamed or converted.
 * Every method throws a KubeError (see errors.ts), what the source of the credentials threw, or the reason of the
 * caller's signal.
 */
export interface KubeClient {
  /** The name that logs, errors and metrics use. */
  readonly cluster: string;
  get<T extends KubeObject = KubeObject>(
    resource: Resource,
    name: NamespacedName,
    options?: CallOptions & { readonly subresource?: 'status' | 'scale'; readonly metadataOnly?: boolean },
  ): Promise<T>;
  list<T extends KubeObject = KubeObject>(resource: Resource, options?: ListOptions): Promise<ObjectList<T>>;
  create<T extends KubeObject = KubeObject>(
    resource: Resource,
    object: KubeObject,
    options?: WriteOptions,
  ): Promise<T>;
  /** PUT; the object's resourceVersion makes it conditional. */
  update<T extends KubeObject = KubeObject>(
    resource: Resource,
    object: KubeObject,
    options?: WriteOptions,
  ): Promise<T>;
  /** Server-side apply. `force` takes fields from other managers. */
  apply<T extends KubeObject = KubeObject>(
    resource: Resource,
    object: KubeObject,
    options?: WriteOptions & { readonly force?: boolean },
  ): Promise<T>;
  patch<T extends KubeObject = KubeObject>(
    resource: Resource,
    name: NamespacedName,
    type: PatchType,
    body: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  /** Resolves with what the server answered: the object while finalizers hold it, or a Status. */
  delete(
    resource: Resource,
    name: NamespacedName,
    options?: DeleteOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Hands events over in order, ERROR events too, and resolves when the server ends the watch. Rejects with what broke
   * it, with what `onEvent` threw, or with the reason of the signal.
   */
  watch(
    resource: Resource,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The resource for a kind, from the discovery cache; an unknown kind refreshes it once. Throws NoMatchError. */
  resourceFor(kind: GroupVersionKind, options?: CallOptions): Promise<Resource>;
  /** Everything the server serves, from the discovery cache. */
  resources(options?: CallOptions): Promise<readonly Resource[]>;
  /** Forget discovery, for example after applying a CRD. */
  invalidateDiscovery(): void;
  serverVersion(options?: CallOptions): Promise<ServerVersion>;
  /** GET of any path, for `/livez` and the like; the body as text. */
  raw(path: string, options?: CallOptions): Promise<string>;
  /** Ends every connection; calls under way fail. Idempotent. */
  close(): Promise<void>;
}
