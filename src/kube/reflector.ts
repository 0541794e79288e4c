import { objectKey, type KubeObject } from '../api/index.ts';
import { backoffMs } from './backoff.ts';
import { type BoundedWatch, readWatch } from './bounded-watch.ts';
import type { KubeClient, WatchEvent } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { untilAborted } from './deadline.ts';
import { GoneError, InvalidError, KubeError, ProtocolError, ServerError, TimeoutError } from './errors.ts';
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
  /** What is kept of each object; the less, the cheaper the cache. Must not throw, whatever the object looks like. */
  readonly project: (object: KubeObject) => T;
  /** Told after the store has changed, in the order of the server. Must not throw. */
  readonly onChange?: ((change: StoreChange<T>) => void) | undefined;
  /** Told whenever a watch is open, also the one of a list that is still to come. Must not throw. */
  readonly onOpen?: (() => void) | undefined;
  /** Told of every failure that leads to a retry. */
  readonly onFailure?: ((error: unknown, attempt: number) => void) | undefined;
  /** How long the server is asked to keep one watch open, in seconds; a random value between the two. Default 300 – 600. */
  readonly watchSeconds?: { readonly least: number; readonly most: number } | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
}

/**
 * For watches that have little to tell. One is renewed by the server's clock, not ours, so it may live long: at 40 to 60
 * minutes the twenty watches of an installed spoke cost about one request in two minutes.
 */
export const longWatchSeconds = { least: 2_400, most: 3_600 };

/** As client-go's reflector. */
const retry = { baseMs: 800, capMs: 30_000 };
/**
 * A round that lasted this long makes the failures before it forgotten. No shorter than the longest pause, so that a server
 * that fails again and again is asked at most twice in that time, however it fails; and no longer than the idle timeouts
 * of load balancers, which cut quiet watches every minute.
 */
const healthyAfterMs = 30_000;
/** A round that ends sooner is taken for a failure: some proxies answer and hang up at once. */
const shortestRoundMs = 1_000;
/** How far beyond its own timeout a watch may go before this side ends it. */
const overtimeMs = 30_000;
const initialEventsTimeoutMs = 60_000;
const listTimeoutMs = 60_000;

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
  #isOpen = false;
  /** Where to resume; undefined when a list is due. */
  #resourceVersion: string | undefined;
  #reached = '';
  #lastActivityAt: number;
  /** Pauses since the last healthy round. */
  #attempt = 0;
  #failures = 0;
  #streamsLists = true;
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

  /** Monotonic milliseconds of the last sign of life: an event, a bookmark, a list, a watch that was opened. */
  get lastActivityAt(): number {
    return this.#lastActivityAt;
  }

  /** The version of the server's state that the store has reached; '' before the first list. */
  get resourceVersion(): string {
    return this.#reached;
  }

  /** A watch is open now. What it has missed while there was none may still be on its way. */
  get open(): boolean {
    return this.#isOpen;
  }

  /** Consecutive failures; 0 while all is well. */
  get failures(): number {
    return this.#failures;
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
    await untilAborted(this.#synced.promise, signal);
  }

  /** Ends a wait between two attempts: something suggests that the server is there again. */
  nudge(): void {
    this.#nudge.abort();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = this.#clock.monotonic();
      const isResumed = this.#resourceVersion !== undefined;
      const thrown = await this.#round(signal).then(
        () => undefined,
        (error: unknown) => error ?? new Error('unknown failure'),
      );
      if (signal.aborted) return;
      const lastedMs = this.#clock.monotonic() - startedAt;
      const failure = thrown ?? (lastedMs < shortestRoundMs ? this.#endedAtOnce() : undefined);
      if (failure === undefined) continue;
      if (failure instanceof GoneError) {
        this.#resourceVersion = undefined;
        // That old history is gone is nobody's fault; that a new list's is gone at once, is.
        if (isResumed || lastedMs >= shortestRoundMs) continue;
      }
      await this.#retreat(failure, lastedMs, signal);
    }
  }

  /** A list where one is due, and the watch from there to its end. */
  async #round(signal: AbortSignal): Promise<void> {
    if (this.#resourceVersion === undefined) {
      const isStreamed = await this.#fill(signal);
      if (isStreamed) return;
    }
    const from = { resourceVersion: this.#resourceVersion ?? '' };
    await this.#read(from, signal, (event) => this.#take(event));
  }

  /** True where the list came by a watch, which has run to its end. */
  async #fill(signal: AbortSignal): Promise<boolean> {
    const { client } = this.#options;
    let isRefused = false;
    if (this.#streamsLists && !withoutStreamingList.has(client)) {
      try {
        await this.#streamingList(signal);
        return true;
      } catch (error) {
        const isComplete = this.#resourceVersion !== undefined;
        if (isComplete) throw error;
        isRefused = error instanceof InvalidError;
        // Servers that do not know the parameter answer with an ordinary watch.
        if (error instanceof IncompleteListError) this.#streamsLists = false;
        else if (!isRefused) throw error;
      }
    }
    await this.#list(signal);
    if (isRefused) withoutStreamingList.add(client);
    return false;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, metadataOnly, project } =
      this.#options;
    const options = {
      namespace,
      labelSelector,
      fieldSelector,
      metadataOnly,
      signal,
      timeoutMs: listTimeoutMs,
    };
    const list = await client.list(resource, options);
    this.#replace(
      new Map(list.items.map((object) => [objectKey(object.metadata), entryOf(object, project)])),
      list.resourceVersion,
    );
  }

  /** KEP-3157: the list arrives as events on the watch that then goes on. */
  async #streamingList(signal: AbortSignal): Promise<void> {
    const initial = new Map<string, StoreEntry<T>>();
    let isComplete = false;
    await this.#read({ sendInitialEvents: true }, signal, (event) => {
      if (isComplete) return this.#take(event);
      const object = event.object as unknown as KubeObject;
      if (
        event.type === 'BOOKMARK' &&
        object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true'
      ) {
        isComplete = true;
        this.#replace(initial, object.metadata.resourceVersion ?? '');
        return 'established';
      }
      if (event.type === 'ADDED' || event.type === 'MODIFIED')
        initial.set(objectKey(object.metadata), entryOf(object, this.#options.project));
      if (event.type === 'DELETED') initial.delete(objectKey(object.metadata));
      return undefined;
    });
    if (!isComplete) {
      throw new IncompleteListError(this.#context(), {
        message: 'the watch ended before the list was complete',
      });
    }
  }

  /** One watch to its end. A streaming list has to be complete in its time, and says so by 'established'. */
  #read(
    from: { readonly resourceVersion: string } | { readonly sendInitialEvents: true },
    signal: AbortSignal,
    onEvent: (event: WatchEvent) => 'established' | undefined,
  ): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, metadataOnly } = this.#options;
    const timeoutSeconds = this.#watchSeconds();
    const context = this.#context();
    const overdue = (): Error => new TimeoutError(context, { message: 'the watch went on beyond its end' });
    const incomplete = (): Error =>
      new IncompleteListError(context, {
        message: `the list was not complete after ${initialEventsTimeoutMs} ms`,
      });
    const watch: BoundedWatch = {
      client,
      resource,
      options: {
        namespace,
        labelSelector,
        fieldSelector,
        metadataOnly,
        timeoutSeconds,
        ...from,
        // A quiet server sends nothing for a minute.
        onOpen: () => {
          this.#isOpen = true;
          this.#lastActivityAt = this.#clock.monotonic();
          this.#options.onOpen?.();
        },
      },
      clock: this.#clock,
      signal,
      deadline: { afterMs: timeoutSeconds * 1000 + overtimeMs, reason: overdue },
      establishment:
        'sendInitialEvents' in from ? { afterMs: initialEventsTimeoutMs, reason: incomplete } : undefined,
    };
    this.#watches++;
    return readWatch(watch, (event) => {
      if (event.type === 'ERROR') throw this.#errorOf(event);
      this.#alive();
      return onEvent(event);
    }).finally(() => {
      this.#isOpen = false;
    });
  }

  #take(event: WatchEvent): undefined {
    const object = event.object as unknown as KubeObject;
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    this.#reached = this.#resourceVersion ?? this.#reached;
    if (event.type === 'BOOKMARK') return undefined;
    const key = objectKey(object.metadata);
    const changes =
      event.type === 'DELETED'
        ? this.#store.delete(key)
        : this.#store.set(key, entryOf(object, this.#options.project));
    for (const change of changes) this.#options.onChange?.(change);
    return undefined;
  }

  #replace(entries: ReadonlyMap<string, StoreEntry<T>>, resourceVersion: string): void {
    if (resourceVersion === '')
      throw new ProtocolError(this.#context(), { message: 'the list has no resourceVersion to watch from' });
    this.#alive();
    this.#lists++;
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

  #endedAtOnce(): KubeError {
    return new ServerError(this.#context(), { message: 'the watch ended at once' });
  }

  #alive(): void {
    this.#lastActivityAt = this.#clock.monotonic();
    this.#failures = 0;
  }

  #watchSeconds(): number {
    const { watchSeconds = { least: 300, most: 600 }, random = Math.random } = this.#options;
    return Math.floor(watchSeconds.least + (watchSeconds.most - watchSeconds.least) * random());
  }

  /** Waits before the next round: longer each time, and no shorter than the server asked for. */
  async #retreat(failure: unknown, lastedMs: number, signal: AbortSignal): Promise<void> {
    if (lastedMs > healthyAfterMs) this.#attempt = 0;
    this.#failures++;
    this.#options.onFailure?.(failure, this.#attempt);
    const askedMs = failure instanceof KubeError ? (failure.status.retryAfterMs ?? 0) : 0;
    const backoff = backoffMs(this.#attempt++, retry, this.#options.random);
    await this.#pause(Math.max(Math.min(askedMs, retry.capMs), backoff), signal);
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const nudge = new AbortController();
    this.#nudge = nudge;
    const onAbort = (): void => nudge.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    await this.#clock.sleep(ms, nudge.signal).catch(() => undefined);
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

/** A streaming list that did not come to its end: the server may not know what that is. */
class IncompleteListError extends TimeoutError {}
