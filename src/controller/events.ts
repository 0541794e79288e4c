import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../api/index.ts';
import {
  AlreadyExistsError,
  type Clock,
  KubeError,
  type KubeClient,
  NotFoundError,
  resources,
} from '../kube/index.ts';
import { openAbortScope } from './abort-scope.ts';
import { type EventDetails, type EventSource, eventObject, seriesKey, seriesPatch } from './event-object.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts';
import { type QueueItem, WorkQueue } from './work-queue.ts';

export interface EventRecorderOptions extends EventSource {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Writes of all events together. Default 5 a second, 50 at once. */
  readonly writes?: TokenBucketOptions | undefined;
}

interface Series {
  readonly object: KubeObject;
  count: number;
  /** How many of them the server knows; 0 before the Event exists there. */
  written: number;
  /** Milliseconds since the epoch. */
  lastAt: number;
  /** Monotonic milliseconds. */
  lastSeenAt: number;
}

/** The same thing within this time of the last is one more of its series. */
const windowMs = 300_000;
/** A series that goes on is written this often; its count keeps up. */
const betweenWritesMs = 10_000;
const writeTimeoutMs = 5_000;
const attempts = 3;
/** Beyond this many series the one unheard of for longest is forgotten. */
const mostSeries = 1_000;

/**
 * Tells people what happened, as Events of the objects it happened to. Recording returns at once and never fails: an event
 * that cannot be written after a few attempts is dropped. Repetitions within five minutes become one Event with a series.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #bucket: TokenBucket;
  readonly #queue: WorkQueue;
  /** In the order in which they were last seen. */
  readonly #series = new Map<string, Series>();
  readonly #flushed = new AbortController();

  constructor(options: EventRecorderOptions) {
    const { clock, metrics, writes } = options;
    this.#options = options;
    this.#bucket = new TokenBucket(writes ?? { perSecond: 5, burst: 50 }, clock);
    this.#queue = new WorkQueue({ name: 'events', clock, metrics });
    void this.#work();
  }

  record(details: EventDetails): void {
    try {
      this.#count(details);
    } catch (error) {
      this.#options.log.error({ err: error, reason: details.reason }, 'cannot make an event');
    }
  }

  /** For shutdown: writes what is not written yet, without pacing, and ends within `deadlineMs`. Idempotent. */
  async flush(deadlineMs: number): Promise<void> {
    const { clock } = this.#options;
    const onDeadline = (): Error => new Error(`events were not written within ${deadlineMs} ms`);
    const scope = openAbortScope({ clock, deadlineMs, onDeadline, parents: [] });
    this.#flushed.abort();
    await this.#queue.close(deadlineMs);
    for (const [key, series] of this.#series) {
      if (scope.signal.aborted) break;
      if (series.written === series.count) continue;
      await this.#send(series, scope.signal).catch((error: unknown) => this.#drop(key, series, error));
    }
    scope.close();
  }

  #count(details: EventDetails): void {
    const { clock } = this.#options;
    const now = clock.monotonic();
    const key = seriesKey(details);
    const known = this.#series.get(key);
    const series = known !== undefined && now - known.lastSeenAt < windowMs ? known : this.#begin(details);
    series.count++;
    series.lastAt = clock.now();
    series.lastSeenAt = now;
    this.#series.delete(key);
    this.#series.set(key, series);
    this.#forgetOld(now);
    this.#queue.add(key, { afterMs: series.written === 0 ? 0 : betweenWritesMs });
  }

  #begin(details: EventDetails): Series {
    const { clock, reportingController, reportingInstance } = this.#options;
    const suffix = randomUUID().replaceAll('-', '').slice(0, 16);
    const object = eventObject(details, { reportingController, reportingInstance }, suffix, clock.now());
    return { object, count: 0, written: 0, lastAt: 0, lastSeenAt: 0 };
  }

  #forgetOld(now: number): void {
    for (const [key, { lastSeenAt, count, written }] of this.#series) {
      const over = now - lastSeenAt >= windowMs && count === written;
      if (!over && this.#series.size <= mostSeries) return;
      this.#series.delete(key);
    }
  }

  async #work(): Promise<void> {
    for (;;) {
      const item = await this.#queue.get();
      if (item === undefined) return;
      await this.#write(item);
      this.#queue.done(item.key);
    }
  }

  async #write({ key, failures }: QueueItem): Promise<void> {
    const series = this.#series.get(key);
    if (series === undefined || series.written === series.count) return;
    try {
      const paceMs = this.#bucket.reserveMs();
      if (paceMs > 0) await this.#options.clock.sleep(paceMs, this.#flushed.signal);
      await this.#send(series);
      this.#queue.forget(key);
      if (series.written < series.count) this.#queue.add(key, { afterMs: betweenWritesMs });
    } catch (error) {
      if (this.#flushed.signal.aborted) return;
      if (error instanceof KubeError && error.transient && failures + 1 < attempts) this.#queue.retry(key);
      else this.#drop(key, series, error);
    }
  }

  /** Afterwards `written` tells what the server knows, which may still be less than what was to be told. */
  async #send(series: Series, signal?: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const { object, count, lastAt } = series;
    const options = { signal, timeoutMs: writeTimeoutMs };
    const patch = seriesPatch(count, lastAt);
    try {
      if (series.written > 0) await client.patch(resources.events, object.metadata, 'merge', patch, options);
      else await client.create(resources.events, count > 1 ? { ...object, ...patch } : object, options);
      series.written = count;
    } catch (error) {
      // An earlier attempt arrived although its answer was lost.
      if (error instanceof AlreadyExistsError) series.written = 1;
      // API servers drop Events after an hour: it begins anew.
      else if (error instanceof NotFoundError && series.written > 0) series.written = 0;
      else throw error;
    }
  }

  #drop(key: string, series: Series, error: unknown): void {
    const { reason, regarding } = series.object;
    this.#options.log.warn({ err: error, reason, regarding }, 'cannot write an event');
    if (this.#series.get(key) === series) this.#series.delete(key);
    this.#queue.forget(key);
  }
}
