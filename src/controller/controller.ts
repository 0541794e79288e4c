import { randomUUID } from 'node:crypto';
import type { BackoffOptions, Clock } from '../kube/index.ts';
import { openAbortScope } from './abort-scope.ts';
import { isDefect } from './defect.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { type Outcome, TerminalError } from './outcome.ts';
import { settlesWithin } from './settles-within.ts';
import { noTracing, type Tracing } from './tracing.ts';
import { type AddOptions, type QueueItem, WorkQueue } from './work-queue.ts';

export interface ReconcileContext {
  /** Aborts at the run's deadline, at shutdown, and when the key goes to another replica: stop acting at once. */
  readonly signal: AbortSignal;
  /** Carries controller, kind, key and reconcileId. */
  readonly log: Logger;
  readonly clock: Clock;
  readonly reconcileId: string;
  /** Failures of this key in a row before this run. */
  readonly failures: number;
}

export type Reconcile = (key: string, context: ReconcileContext) => Promise<Outcome>;

/** Which keys this replica may act on. */
export interface Ownership {
  /** Aborts when the key is lost; undefined while it is not ours. */
  signalFor(key: string): AbortSignal | undefined;
}

export interface ControllerOptions {
  /** The label of its metrics and the field of its log lines. */
  readonly name: string;
  readonly kind: string;
  readonly reconcile: Reconcile;
  /** How many keys are worked on at a time, not counting those that take long. */
  readonly workers: number;
  /** Deadline of one run in milliseconds. */
  readonly runDeadlineMs: number;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  readonly backoff?: BackoffOptions | undefined;
  readonly random?: (() => number) | undefined;
}

/** The deadline of a run passed. */
export class ReconcileTimeout extends Error {
  override readonly name = 'ReconcileTimeout';
}

/** The process ends. */
export class ControllerStopped extends Error {
  override readonly name = 'ControllerStopped';
}

type RunResult =
  | Outcome
  | { readonly kind: 'failed' | 'terminal'; readonly error: unknown }
  | { readonly kind: 'abandoned'; readonly reason: unknown };

/** How long aborted runs get to notice, on top of the time they had. */
const abortGraceMs = 2_000;
/**
 * A run that takes longer waits for something, most likely a slow cluster, and no longer occupies its worker: however
 * many clusters are slow, the others are worked on.
 */
const occupiesWorkerMs = 3_000;
/** Runs under way at a time, long ones included: what they hold in memory is bounded by this. */
const mostRuns = 1_000;

/**
 * Feeds keys to `reconcile`: one run of a key at a time, `workers` keys at once besides those that take long. What a run
 * ends in becomes queue operations and metrics in one place, `#settle`; an exception never gets further. Model:
 * controller-runtime, whose workers are held to the end.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #log: Logger;
  readonly #queue: WorkQueue;
  readonly #stopped = new AbortController();
  readonly #runs = new Map<string, Promise<void>>();
  #occupied = 0;
  /** Resolves when the next run ends. */
  #ended = Promise.withResolvers<void>();

  constructor(options: ControllerOptions) {
    const { name, kind, clock, metrics, backoff, random } = options;
    this.#options = options;
    this.#log = options.log.child({ controller: name, kind });
    this.#queue = new WorkQueue({ name, clock, metrics, backoff, random });
  }

  get name(): string {
    return this.#options.name;
  }

  /** Milliseconds that the longest run under way has taken so far; 0 while there is none. */
  get longestRunMs(): number {
    return Math.max(0, ...this.#queue.stats.running.map(({ ranMs }) => ranMs));
  }

  enqueue(key: string, options?: AddOptions): void {
    this.#queue.add(key, options);
  }

  start(): void {
    const { name, workers, metrics } = this.#options;
    metrics.set('controller_runtime_max_concurrent_reconciles', { controller: name }, workers);
    metrics.set('controller_runtime_active_workers', { controller: name }, 0);
    for (const result of ['success', 'requeue_after', 'error'] as const) {
      metrics.increment('controller_runtime_reconcile_total', { controller: name, result }, 0);
    }
    for (const counter of failureCounters) metrics.increment(counter, { controller: name }, 0);
    for (let worker = 0; worker < workers; worker++) void this.#work();
  }

  /** Resolves when none of the keys that `concerns` accepts is in a run that has begun before. */
  async whenIdle(concerns: (key: string) => boolean): Promise<void> {
    await Promise.all([...this.#runs].filter(([key]) => concerns(key)).map(([, run]) => run));
  }

  /**
   * Starts nothing new, lets runs end within `deadlineMs`, then aborts them. Resolves with the keys of runs that did not
   * end even so; empty is well.
   */
  async stop(deadlineMs: number): Promise<readonly string[]> {
    if (!(await this.#queue.close(deadlineMs))) {
      this.#stopped.abort(new ControllerStopped(`controller ${this.name} is shutting down`));
      await settlesWithin(this.#options.clock, abortGraceMs, Promise.all(this.#runs.values()));
    }
    return [...this.#runs.keys()];
  }

  async #work(): Promise<void> {
    for (;;) {
      const item = await this.#queue.get();
      if (item === undefined) return;
      this.#occupy(1);
      await this.#untilLong(this.#start(item));
      this.#occupy(-1);
    }
  }

  /** Resolves when the run has ended and its key was given back. */
  async #start(item: QueueItem): Promise<void> {
    const run = this.#run(item);
    this.#runs.set(item.key, run);
    await run;
    this.#runs.delete(item.key);
    this.#ended.resolve();
    this.#ended = Promise.withResolvers();
    this.#queue.done(item.key);
  }

  /** Resolves when the run ends, or has become a long one for which there is room. */
  async #untilLong(run: Promise<void>): Promise<void> {
    const over = new AbortController();
    const long = this.#options.clock.sleep(occupiesWorkerMs, over.signal).then(
      () => this.#room(),
      () => undefined,
    );
    await Promise.race([run, long]);
    over.abort();
  }

  async #room(): Promise<void> {
    while (this.#runs.size >= mostRuns) await this.#ended.promise;
  }

  /** Never rejects. */
  async #run(item: QueueItem): Promise<void> {
    const { ownership, clock } = this.#options;
    const startedAt = clock.monotonic();
    const reconcileId = randomUUID();
    const log = this.#log.child({ key: item.key, reconcileId });
    try {
      const owned = ownership.signalFor(item.key);
      if (owned === undefined) return this.#queue.forget(item.key);
      const result = await this.#traced(item.key, () => this.#reconcile(item, owned, log, reconcileId));
      this.#settle(item, result, clock.monotonic() - startedAt, log);
    } catch (error) {
      log.error({ err: error }, 'cannot account for a reconcile; it is retried');
      this.#queue.retry(item.key, item);
    }
  }

  #traced(key: string, reconcile: () => Promise<RunResult>): Promise<RunResult> {
    const { name: controller, kind, tracing = noTracing } = this.#options;
    const [name = '', namespace = ''] = key.split('/').toReversed();
    return tracing.span('reconcile', { controller, kind, namespace, name }, reconcile, (result) => ({
      attributes: { result: result.kind },
      failed: result.kind === 'failed' || result.kind === 'terminal',
    }));
  }

  async #reconcile(
    item: QueueItem,
    owned: AbortSignal,
    log: Logger,
    reconcileId: string,
  ): Promise<RunResult> {
    const { name, reconcile, clock, runDeadlineMs, metrics } = this.#options;
    const lost = [owned, this.#stopped.signal];
    const scope = openAbortScope({
      clock,
      deadlineMs: runDeadlineMs,
      onDeadline: () => {
        metrics.increment('controller_runtime_reconcile_timeouts_total', { controller: name });
        return new ReconcileTimeout(`reconcile of ${item.key} did not end within ${runDeadlineMs} ms`);
      },
      parents: lost,
    });
    try {
      const { signal } = scope;
      return await reconcile(item.key, { signal, log, clock, reconcileId, failures: item.failures });
    } catch (error) {
      const loss = lost.find((signal) => signal.aborted);
      if (loss !== undefined) return { kind: 'abandoned', reason: loss.reason };
      return { kind: error instanceof TerminalError ? 'terminal' : 'failed', error };
    } finally {
      scope.close();
    }
  }

  #settle(item: QueueItem, result: RunResult, durationMs: number, log: Logger): void {
    const { metrics, name: controller } = this.#options;
    const queue = this.#queue;
    if (result.kind === 'abandoned') {
      log.debug({ reason: result.reason, durationMs }, 'reconcile abandoned');
      return queue.forget(item.key);
    }
    metrics.observe('controller_runtime_reconcile_time_seconds', { controller }, durationMs / 1000);
    const count = (label: 'success' | 'requeue_after' | 'error'): void =>
      metrics.increment('controller_runtime_reconcile_total', { controller, result: label });
    switch (result.kind) {
      case 'done':
        count('success');
        queue.forget(item.key);
        return log.debug({ durationMs }, 'reconciled');
      case 'requeue':
        count('requeue_after');
        queue.forget(item.key);
        queue.add(item.key, { afterMs: result.afterMs, priority: item.priority });
        return log.debug({ durationMs, afterMs: result.afterMs }, 'reconciled, to be looked at again');
      case 'terminal':
        count('error');
        metrics.increment('controller_runtime_reconcile_errors_total', { controller });
        metrics.increment('controller_runtime_terminal_reconcile_errors_total', { controller });
        queue.forget(item.key);
        return log.warn({ err: result.error, durationMs }, 'reconcile failed, waiting for a change');
      case 'failed':
        count('error');
        metrics.increment('controller_runtime_reconcile_errors_total', { controller });
        queue.retry(item.key, item);
        if (!isDefect(result.error))
          return log.warn({ err: result.error, durationMs }, 'reconcile failed, retrying');
        metrics.increment('controller_runtime_reconcile_panics_total', { controller });
        return log.error(
          { err: result.error, durationMs },
          'reconcile failed by a defect of this program, retrying',
        );
    }
  }

  #occupy(change: 1 | -1): void {
    const { metrics, name: controller } = this.#options;
    this.#occupied += change;
    metrics.set('controller_runtime_active_workers', { controller }, this.#occupied);
  }
}

const failureCounters = [
  'controller_runtime_reconcile_errors_total',
  'controller_runtime_terminal_reconcile_errors_total',
  'controller_runtime_reconcile_panics_total',
  'controller_runtime_reconcile_timeouts_total',
] as const;
