import { type BackoffOptions, backoffMs, type Clock } from '../kube/index.ts';
import { type HeapItem, IndexedHeap } from './indexed-heap.ts';
import type { Metrics } from './metrics.ts';
import { settlesWithin } from './settles-within.ts';
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts';

/** Higher goes first, so that a resync of everything never delays news. controller-runtime's values. */
export const priorities = { event: 0, resync: -100 } as const;

export interface WorkQueueOptions {
  /** The label of its metrics. */
  readonly name: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly random?: (() => number) | undefined;
  /**
   * Wait of one key between failures in a row. Default 1 s doubling to 5 min: client-go's 5 ms is too eager for work on
   * remote clusters, its 17 min too late once one of them is back.
   */
  readonly backoff?: BackoffOptions | undefined;
  /** Bound on the retries of all keys together. Default client-go's 10 a second, 100 at once. */
  readonly retries?: TokenBucketOptions | undefined;
}

export interface AddOptions {
  /** Not before this many milliseconds from now. Default 0. */
  readonly afterMs?: number | undefined;
  /** Default `priorities.event`. */
  readonly priority?: number | undefined;
}

export interface QueueItem {
  readonly key: string;
  readonly priority: number;
  /** Failures in a row before this run. */
  readonly failures: number;
}

export interface QueueStats {
  /** Keys that are due and wait for a worker. */
  readonly ready: number;
  /** Keys known for whatever reason. */
  readonly keys: number;
  readonly running: readonly { readonly key: string; readonly ranMs: number }[];
}

interface Due {
  readonly readyAt: number;
  readonly priority: number;
}

/**
 * - `waiting`: not due before `readyAt`; in the heap of waiting entries.
 * - `ready`: due; in the heap of ready entries, ordered by priority, then by when it became due.
 * - `running`: given out by `get`; in no heap. What is added meanwhile is kept in `next`.
 */
interface Entry extends HeapItem {
  readonly key: string;
  state: 'waiting' | 'ready' | 'running';
  readyAt: number;
  priority: number;
  order: number;
  failures: number;
  startedAt: number;
  next: Due | undefined;
}

/**
 * Keys to work on: each at most once in the queue, never given to two workers at a time, and again afterwards when it was
 * added meanwhile. The earliest time and the highest priority of several adds win. An entry lives from the first add to
 * the `done` after which nothing is due. Model: controller-runtime's priorityqueue, client-go's workqueue.
 */
export class WorkQueue {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #random: (() => number) | undefined;
  readonly #backoff: BackoffOptions;
  readonly #retries: TokenBucket;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Entry>();
  readonly #waiting = new IndexedHeap<Entry>(
    (a, b) => a.readyAt < b.readyAt || (a.readyAt === b.readyAt && a.order < b.order),
  );
  readonly #ready = new IndexedHeap<Entry>(
    (a, b) => a.priority > b.priority || (a.priority === b.priority && a.order < b.order),
  );
  readonly #takers: ((item: QueueItem | undefined) => void)[] = [];
  readonly #drained = Promise.withResolvers<void>();
  readonly #stopMeasuring: () => void;
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;
  #order = 0;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#name = options.name;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#random = options.random;
    this.#backoff = options.backoff ?? { baseMs: 1_000, capMs: 300_000 };
    this.#retries = new TokenBucket(options.retries ?? { perSecond: 10, burst: 100 }, options.clock);
    this.#stopMeasuring = options.metrics.beforeScrape(() => this.#measure());
  }

  get stats(): QueueStats {
    const now = this.#clock.monotonic();
    return {
      ready: this.#ready.size,
      keys: this.#entries.size,
      running: Array.from(this.#running, ({ key, startedAt }) => ({ key, ranMs: now - startedAt })),
    };
  }

  /** Throws RangeError where `afterMs` is not a number of milliseconds. After `close` nothing is taken in. */
  add(key: string, { afterMs = 0, priority = priorities.event }: AddOptions = {}): void {
    this.#put(key, afterMs, priority);
    this.#dispatch();
  }

  /** Adds a key whose run failed: later with every failure in a row, and within the bound on all retries. */
  retry(key: string, { priority = priorities.event }: Pick<AddOptions, 'priority'> = {}): void {
    if (this.#closed) return;
    const failures = this.#entries.get(key)?.failures ?? 0;
    const delay = Math.max(backoffMs(failures, this.#backoff, this.#random), this.#retries.reserveMs());
    const entry = this.#put(key, delay, priority);
    if (entry !== undefined) entry.failures = failures + 1;
    this.#metrics.increment('workqueue_retries_total', { name: this.#name });
    this.#dispatch();
  }

  /** Ends a series of failures: the next one counts as the first. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.failures = 0;
  }

  /** The next key that is due, which the caller must give back by `done`; undefined once the queue is closed. */
  get(): Promise<QueueItem | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#dispatch();
    });
  }

  done(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.state !== 'running') return;
    this.#running.delete(entry);
    const ranMs = this.#clock.monotonic() - entry.startedAt;
    this.#metrics.observe('workqueue_work_duration_seconds', { name: this.#name }, ranMs / 1000);
    if (entry.next === undefined) this.#entries.delete(key);
    else {
      entry.readyAt = entry.next.readyAt;
      entry.priority = entry.next.priority;
      entry.next = undefined;
      this.#wait(entry);
    }
    if (this.#closed && this.#running.size === 0) this.#drained.resolve();
    this.#dispatch();
  }

  /**
   * Takes in and gives out nothing any more, drops what waits, and lets what runs end. True when nothing runs, false when
   * something still does after `deadlineMs`. May be called again.
   */
  close(deadlineMs: number): Promise<boolean> {
    if (!this.#closed) {
      this.#closed = true;
      this.#stopMeasuring();
      for (const entry of this.#entries.values()) this.#drop(entry);
      for (const take of this.#takers.splice(0)) take(undefined);
      this.#dispatch();
      if (this.#running.size === 0) this.#drained.resolve();
    }
    return settlesWithin(this.#clock, deadlineMs, this.#drained.promise);
  }

  /** Enters one add into the entry of its key; undefined after `close`. */
  #put(key: string, afterMs: number, priority: number): Entry | undefined {
    if (!Number.isFinite(afterMs)) {
      throw new RangeError(
        `cannot add '${key}' to queue ${this.#name} after '${afterMs}' ms: not a duration`,
      );
    }
    if (this.#closed) return undefined;
    const readyAt = this.#clock.monotonic() + Math.max(0, afterMs);
    const entry = this.#entries.get(key);
    const isNew = entry === undefined || (entry.state === 'running' && entry.next === undefined);
    if (isNew) this.#metrics.increment('workqueue_adds_total', { name: this.#name });
    if (entry === undefined) return this.#create(key, readyAt, priority);
    if (entry.state === 'running') entry.next = sooner(entry.next, { readyAt, priority });
    else this.#advance(entry, { readyAt, priority });
    return entry;
  }

  #create(key: string, readyAt: number, priority: number): Entry {
    const entry: Entry = {
      key,
      readyAt,
      priority,
      state: 'waiting',
      order: 0,
      failures: 0,
      startedAt: 0,
      next: undefined,
      heapIndex: -1,
    };
    this.#entries.set(key, entry);
    this.#wait(entry);
    return entry;
  }

  #advance(entry: Entry, change: Due): void {
    Object.assign(entry, sooner(entry, change));
    (entry.state === 'ready' ? this.#ready : this.#waiting).moved(entry);
  }

  #wait(entry: Entry): void {
    entry.state = 'waiting';
    entry.order = this.#order++;
    this.#waiting.push(entry);
  }

  #drop(entry: Entry): void {
    entry.next = undefined;
    if (entry.state === 'running') return;
    (entry.state === 'ready' ? this.#ready : this.#waiting).remove(entry);
    this.#entries.delete(entry.key);
  }

  /** Moves what has become due, gives it to whoever waits, and sets the timer for the next. */
  #dispatch(): void {
    const now = this.#clock.monotonic();
    for (
      let due = this.#waiting.peek();
      due !== undefined && due.readyAt <= now;
      due = this.#waiting.peek()
    ) {
      this.#waiting.remove(due);
      due.state = 'ready';
      due.order = this.#order++;
      this.#ready.push(due);
    }
    while (this.#takers.length > 0 && this.#ready.size > 0) {
      const entry = this.#ready.pop();
      if (entry !== undefined) this.#takers.shift()?.(this.#start(entry, now));
    }
    this.#arm(this.#waiting.peek()?.readyAt);
  }

  #start(entry: Entry, now: number): QueueItem {
    entry.state = 'running';
    entry.startedAt = now;
    this.#running.add(entry);
    const waitedMs = now - entry.readyAt;
    this.#metrics.observe('workqueue_queue_duration_seconds', { name: this.#name }, waitedMs / 1000);
    return { key: entry.key, priority: entry.priority, failures: entry.failures };
  }

  #arm(at: number | undefined): void {
    if (this.#timer?.at === at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === undefined) return;
    const cancelled = new AbortController();
    const timer = { at, cancel: () => cancelled.abort() };
    this.#timer = timer;
    this.#clock.sleep(at - this.#clock.monotonic(), cancelled.signal).then(
      () => {
        if (this.#timer !== timer) return;
        this.#timer = undefined;
        this.#dispatch();
      },
      () => undefined,
    );
  }

  #measure(): void {
    const { ready, running } = this.stats;
    const name = this.#name;
    const unfinishedMs = running.reduce((sum, { ranMs }) => sum + ranMs, 0);
    const longestMs = Math.max(0, ...running.map(({ ranMs }) => ranMs));
    this.#metrics.set('workqueue_depth', { name }, ready);
    this.#metrics.set('workqueue_unfinished_work_seconds', { name }, unfinishedMs / 1000);
    this.#metrics.set('workqueue_longest_running_processor_seconds', { name }, longestMs / 1000);
  }
}

function sooner(a: Due | undefined, b: Due): Due {
  if (a === undefined) return b;
  return { readyAt: Math.min(a.readyAt, b.readyAt), priority: Math.max(a.priority, b.priority) };
}
