import { objectKey, type KubeObject } from '../api/index.ts';
import { backoffMs } from './backoff.ts';
import type { KubeClient, WatchEvent } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  GoneError,
  InvalidError,
  type KubeError,
  ProtocolError,
  ServerError,
  TimeoutError,
} from './errors.ts';
import { ObjectStore, type StoreChange, type StoreEntry } from './object-store.ts';
import { type Resource, resourceName } from './resource.ts';
import { errorFromStatus, statusDetails } from './status-error.ts';

export interface ReflectorOptions<T> {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Receive metadata without spec, status and data. */
  readonly metadataOnly?: boolean | undefined;
  /** What is kept of each object; the less, the cheaper the cache. */
  readonly project: (object: KubeObject) => T;
  /** Told after the store has changed, in the order of the server. Must not throw. */
  readonly onChange?: ((change: StoreChange<T>) => void) | undefined;
  /** Told of every failure that leads to a retry. */
  readonly onFailure?: ((error: unknown, attempt: number) => void) | undefined;
  /** How long the server is asked to keep one watch open, in seconds; a random value between the two. Default 300 – 600. */
  readonly watchSeconds?: { readonly least: number; readonly most: number } | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
}

/** client-go's reflector: 0.8 s to 30 s, forgotten after two good minutes. */
const retry = { baseMs: 800, capMs: 30_000 };
const healthyAfterMs = 120_000;
/** A watch that ends sooner than this without an event is taken for a failure: some proxies answer and hang up at once. */
const shortestWatchMs = 1_000;
/** How far beyond its own timeout a watch may go before this side ends it. */
const overtimeMs = 30_000;
const initialEventsTimeoutMs = 60_000;

/** Servers that refused a streaming list (before 1.32, or the feature off); asked once per client. */
const withoutStreamingList = new WeakSet<KubeClient>();

/**
 * Keeps a local copy of one resource equal to the server's: lists, then watches from there, resumes where a watch ended,
 * lists again when history is gone, and goes on doing so until its signal aborts. A failure empties nothing: the copy
 * stays as last seen until the server is heard again.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #store = new ObjectStore<T>();
  readonly #synced = Promise.withResolvers<void>();
  #isSynced = false;
  /** Where to resume; undefined when a list is due. */
  #resourceVersion: string | undefined;
  #reached = '';
  #lastActivityAt: number;
  #attempt = 0;
  #lists = 0;
  #watches = 0;
  #nudge = new AbortController();

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#lastActivityAt = this.#clock.monotonic();
  }

  get store(): Pick<ObjectStore<T>, 'get' | 'has' | 'size' | 'entries'> {
    return this.#store;
  }

  /** True once the first list is complete, and for ever after. */
  get synced(): boolean {
    return this.#isSynced;
  }

  /** Monotonic milliseconds of the last sign of life: an event, a bookmark, a list, a watch that opened. */
  get lastActivityAt(): number {
    return this.#lastActivityAt;
  }

  /** The version of the server's state that the store has reached; '' before the first list. */
  get resourceVersion(): string {
    return this.#reached;
  }

  /** Consecutive failures; 0 while all is well. */
  get failures(): number {
    return this.#attempt;
  }

  get counts(): { readonly lists: number; readonly watches: number } {
    return { lists: this.#lists, watches: this.#watches };
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  /** Resolves when the first list is complete; rejects with the signal's reason. */
  async whenSynced(signal: AbortSignal): Promise<void> {
    if (this.#isSynced) return;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#synced.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends a wait between two attempts: something suggests that the server is there again. */
  nudge(): void {
    this.#nudge.abort();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = this.#clock.monotonic();
      const failure = await this.#round(signal).then(
        () => undefined,
        (error: unknown) => error ?? new Error('unknown failure'),
      );
      if (signal.aborted) return;
      if (failure === undefined) continue;
      if (failure instanceof GoneError) {
        const expiredRightAfterList = this.#resourceVersion === undefined;
        this.#resourceVersion = undefined;
        if (!expiredRightAfterList) continue;
      }
      if (this.#clock.monotonic() - startedAt > healthyAfterMs) this.#attempt = 0;
      this.#options.onFailure?.(failure, this.#attempt);
      await this.#pause(backoffMs(this.#attempt++, retry, this.#options.random), signal);
    }
  }

  /** One list or watch, whichever is due. */
  async #round(signal: AbortSignal): Promise<void> {
    if (this.#resourceVersion !== undefined) return this.#watch(this.#resourceVersion, signal);
    if (!withoutStreamingList.has(this.#options.client)) {
      try {
        return await this.#streamingList(signal);
      } catch (error) {
        if (!refusesStreamingList(error)) throw error;
        withoutStreamingList.add(this.#options.client);
      }
    }
    return this.#list(signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, metadataOnly, project } =
      this.#options;
    const options = { namespace, labelSelector, fieldSelector, metadataOnly, signal, timeoutMs: 60_000 };
    const list = await client.list(resource, options);
    this.#replace(
      new Map(list.items.map((object) => [objectKey(object.metadata), entryOf(object, project)])),
      list.resourceVersion,
    );
  }

  /** KEP-3157: the list arrives as events on the watch that then goes on. */
  async #streamingList(signal: AbortSignal): Promise<void> {
    const initial = new Map<string, StoreEntry<T>>();
    let complete = false;
    await this.#stream({ sendInitialEvents: true }, signal, initialEventsTimeoutMs, (event) => {
      if (complete) return this.#take(event);
      const object = event.object as unknown as KubeObject;
      if (
        event.type === 'BOOKMARK' &&
        object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true'
      ) {
        complete = true;
        this.#replace(initial, object.metadata.resourceVersion ?? '');
        return 'established';
      }
      if (event.type === 'ADDED' || event.type === 'MODIFIED')
        initial.set(objectKey(object.metadata), entryOf(object, this.#options.project));
      if (event.type === 'DELETED') initial.delete(objectKey(object.metadata));
      return undefined;
    });
    if (!complete)
      throw new ServerError(this.#context(), { message: 'the watch ended before the list was complete' });
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    await this.#stream({ resourceVersion }, signal, undefined, (event) => this.#take(event));
  }

  /**
   * Reads one watch to its end. `establishWithinMs` bounds the time until `take` says 'established'; the whole watch is
   * bounded by the timeout asked of the server, and a little more.
   */
  async #stream(
    from: { readonly resourceVersion?: string; readonly sendInitialEvents?: boolean },
    signal: AbortSignal,
    establishWithinMs: number | undefined,
    take: (event: WatchEvent) => 'established' | undefined | void,
  ): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, metadataOnly } = this.#options;
    const timeoutSeconds = this.#watchSeconds();
    const life = new AbortController();
    const onAbort = (): void => life.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const overdue = new TimeoutError(this.#context(), { message: 'the watch went on beyond its end' });
    this.#after(timeoutSeconds * 1000 + overtimeMs, life, overdue, life.signal);
    const established = new AbortController();
    if (establishWithinMs !== undefined) {
      const late = new TimeoutError(this.#context(), {
        message: `the list was not complete after ${establishWithinMs} ms`,
      });
      this.#after(establishWithinMs, life, late, established.signal);
    }
    const startedAt = this.#clock.monotonic();
    let events = 0;
    try {
      const options = { namespace, labelSelector, fieldSelector, metadataOnly, timeoutSeconds, ...from };
      this.#watches++;
      for await (const event of client.watch(resource, options, life.signal)) {
        events++;
        this.#alive();
        if (event.type === 'ERROR') throw this.#errorOf(event);
        if (take(event) === 'established') established.abort();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      life.abort();
      established.abort();
    }
    if (events === 0 && this.#clock.monotonic() - startedAt < shortestWatchMs) {
      throw new ServerError(this.#context(), { message: 'the watch ended at once without an event' });
    }
  }

  #take(event: WatchEvent): void {
    const object = event.object as unknown as KubeObject;
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    this.#reached = this.#resourceVersion ?? this.#reached;
    this.#attempt = 0;
    if (event.type === 'BOOKMARK') return;
    const key = objectKey(object.metadata);
    const change =
      event.type === 'DELETED'
        ? this.#store.delete(key)
        : this.#store.set(key, entryOf(object, this.#options.project));
    if (change !== undefined) this.#options.onChange?.(change);
  }

  #replace(entries: ReadonlyMap<string, StoreEntry<T>>, resourceVersion: string): void {
    this.#alive();
    this.#lists++;
    this.#attempt = 0;
    this.#resourceVersion = resourceVersion;
    this.#reached = resourceVersion;
    for (const change of this.#store.replace(entries)) this.#options.onChange?.(change);
    this.#isSynced = true;
    this.#synced.resolve();
  }

  #errorOf(event: WatchEvent): KubeError {
    const details = statusDetails(event.object);
    // etcd's compaction is told as 410 in code, or only by its reason.
    const expired = details.httpStatus === 410 || details.reason === 'Expired' || details.reason === 'Gone';
    return errorFromStatus(this.#context(), expired ? { ...details, httpStatus: 410 } : details);
  }

  #alive(): void {
    this.#lastActivityAt = this.#clock.monotonic();
  }

  #watchSeconds(): number {
    const { watchSeconds = { least: 300, most: 600 }, random = Math.random } = this.#options;
    return Math.floor(watchSeconds.least + (watchSeconds.most - watchSeconds.least) * random());
  }

  /** Aborts `target` after `ms` unless `cancelled` aborts first; every caller aborts it in the end. */
  #after(ms: number, target: AbortController, reason: Error, cancelled: AbortSignal): void {
    this.#clock.sleep(ms, cancelled).then(
      () => target.abort(reason),
      () => undefined,
    );
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    this.#nudge = new AbortController();
    const nudged = this.#nudge;
    const onAbort = (): void => nudged.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    await this.#clock.sleep(ms, nudged.signal).catch(() => undefined);
    signal.removeEventListener('abort', onAbort);
  }

  #context(): { readonly cluster: string; readonly verb: string; readonly resource: string } {
    return {
      cluster: this.#options.client.cluster,
      verb: 'watch',
      resource: resourceName(this.#options.resource),
    };
  }
}

function entryOf<T>(object: KubeObject, project: (object: KubeObject) => T): StoreEntry<T> {
  const { uid = '', resourceVersion = '' } = object.metadata;
  return { uid, resourceVersion, value: project(object) };
}

/** 422 where the feature is off, 400 from servers that do not know the parameter. */
function refusesStreamingList(error: unknown): boolean {
  return error instanceof InvalidError || (error instanceof ProtocolError && error.status.httpStatus === 400);
}
