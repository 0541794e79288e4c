import type { KubeObject, OwnerReference } from '../api/index.ts';
import { backoffMs, type Clock, type KubeClient, resources, type WatchEvent } from '../kube/index.ts';
import { bucketOf, mostBuckets } from './bucket-of.ts';
import type { Ownership } from './controller.ts';
import { leaseToClaim } from './fair-share.ts';
import { LeaseCandidate, type LeaseDurations, requestTimeoutMs } from './lease-candidate.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { RivalLeases } from './rival-leases.ts';
import { settlesWithin } from './settles-within.ts';

/** Which part of the keys this replica works on. */
export interface LeaderBuckets extends Ownership {
  readonly total: number;
  /** The buckets that are held now. */
  readonly held: readonly number[];
  bucketOf(key: string): number;
  holds(bucket: number): boolean;
  /** Milliseconds since the slowest of the election loops last came round. */
  readonly idleMs: number;
  /**
   * Ends terms whose time is up, however late timers are: a process that wakes after a freeze sees the answers that came
   * meanwhile before its timers run, and would go on writing.
   */
  fence(): void;
  start(): void;
  /** Hands over everything, so that others can go on at once; within `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

export interface ElectedBucketsOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** From 1 to 10, as Knative allows. Replicas of another number work only while none of this one does. */
  readonly total: number;
  readonly leaseName: (bucket: number, total: number) => string;
  /** What Leases that this replica makes go with: an object of the namespace. */
  readonly owner?: (() => OwnerReference | undefined) | undefined;
  /** Unique among all processes that ever ran, for example pod name and a random part. */
  readonly identity: string;
  /**
   * Default 15 s, 10 s, 2 s as client-go's. Knative's 60 s, 40 s, 10 s spare the API server, but leave a fleet alone for a
   * minute after a crash; here a watch and few Leases keep the shorter ones cheap.
   */
  readonly durations?: LeaseDurations | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly random?: (() => number) | undefined;
  /** Time to look at every key of the bucket. */
  readonly onGained?: ((bucket: number) => void) | undefined;
  /**
   * Called once for each term that ends, however it ends, before anything else runs: what works for keys of the bucket
   * beside their runs must end now. Runs were aborted, and may still be ending.
   */
  readonly onLost?: ((bucket: number) => void) | undefined;
  /** Resolves when no run of a key of the bucket is under way any more; they were aborted. */
  readonly quiesce: (bucket: number) => Promise<void>;
}

/** Knative's lease names: `<prefix>.00-of-01`. */
export function knativeLeaseName(prefix: string): (bucket: number, total: number) => string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return (bucket, total) => `${prefix}.${two(bucket)}-of-${two(total)}`.toLowerCase();
}

const defaultDurations: LeaseDurations = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };
const watchSeconds = 300;
const watchBackoff = { baseMs: 1_000, capMs: 60_000 };

/**
 * Buckets of keys, each behind a Lease of its own, spread evenly over the replicas: a free bucket goes to whoever holds the
 * fewest, and a replica that holds fewer than its share asks the one with the most for one at a time. A watch makes
 * hand-overs quick; without it everything works at the pace of the retry period. Where replicas differ in the number of
 * buckets, as during an upgrade that changes it, those of one number wait until none of another holds a Lease.
 */
export class ElectedBuckets implements LeaderBuckets {
  readonly #options: ElectedBucketsOptions;
  readonly #durations: LeaseDurations;
  readonly #random: () => number;
  readonly #rivals: RivalLeases;
  readonly #candidates: readonly LeaseCandidate[];
  readonly #ended = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  /** Throws RangeError for a number of buckets or durations that cannot work. */
  constructor(options: ElectedBucketsOptions) {
    this.#options = options;
    this.#durations = options.durations ?? defaultDurations;
    this.#random = options.random ?? Math.random;
    checkTotal(options.total);
    checkDurations(this.#durations);
    this.#rivals = new RivalLeases({
      ...options,
      retryMs: this.#durations.retryMs,
      requestTimeoutMs: requestTimeoutMs(this.#durations),
    });
    this.#candidates = Array.from({ length: options.total }, (_, bucket) => this.#candidate(bucket));
  }

  get total(): number {
    return this.#options.total;
  }

  get held(): readonly number[] {
    return this.#candidates
      .keys()
      .filter((bucket) => this.holds(bucket))
      .toArray();
  }

  get idleMs(): number {
    return Math.max(...this.#candidates.map(({ idleMs }) => idleMs));
  }

  bucketOf(key: string): number {
    return bucketOf(key, this.total);
  }

  holds(bucket: number): boolean {
    return this.#candidates[bucket]?.signal() !== undefined;
  }

  signalFor(key: string): AbortSignal | undefined {
    return this.#candidates[this.bucketOf(key)]?.signal();
  }

  fence(): void {
    for (const candidate of this.#candidates) candidate.signal();
  }

  start(): void {
    for (const candidate of this.#candidates) candidate.start();
    void this.#watch();
    if (this.total > 1) void this.#balance();
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#ended.abort();
    const stopped = Promise.all(this.#candidates.map((candidate) => candidate.stop()));
    await settlesWithin(this.#options.clock, deadlineMs, stopped);
  }

  #candidate(bucket: number): LeaseCandidate {
    const { client, namespace, leaseName, owner, identity, clock, log, metrics, onGained, onLost, quiesce } =
      this.#options;
    const name = leaseName(bucket, this.total);
    const tell = (owned: 0 | 1): void => {
      metrics.set('leader_election_master_status', { name }, owned);
      metrics.set('wheelwright_buckets_owned', { bucket: name }, owned);
    };
    tell(0);
    return new LeaseCandidate({
      index: bucket,
      client,
      namespace,
      name,
      owner,
      identity,
      durations: this.#durations,
      clock,
      random: this.#random,
      log,
      held: () => this.held.length,
      inTurn: (acquire) => this.#inTurn(acquire),
      rivals: this.#rivals,
      onGained: () => {
        tell(1);
        onGained?.(bucket);
      },
      onLost: () => {
        tell(0);
        onLost?.(bucket);
      },
      quiesce: () => quiesce(bucket),
    });
  }

  #inTurn<T>(acquire: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(acquire);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #balance(): Promise<void> {
    const { identity, log } = this.#options;
    while (await this.#pause(this.#durations.retryMs * (0.9 + 0.2 * this.#random()))) {
      const wanted = leaseToClaim(
        this.#candidates.map((candidate) => candidate.view()),
        identity,
      );
      if (wanted === undefined) continue;
      await this.#candidates[wanted.index]?.claim(wanted.held).catch((error: unknown) => {
        log.warn({ err: error }, 'cannot ask for a lease');
      });
    }
  }

  async #watch(): Promise<void> {
    const { client, namespace, clock, log } = this.#options;
    const byName = new Map(this.#candidates.map((candidate) => [candidate.name, candidate]));
    const only = this.#candidates.length === 1 ? this.#candidates[0] : undefined;
    const fieldSelector = only === undefined ? undefined : `metadata.name=${only.name}`;
    const options = { namespace, fieldSelector, timeoutSeconds: watchSeconds };
    const notice = ({ type, object }: WatchEvent): void => {
      const lease = object as unknown as KubeObject;
      if (type !== 'BOOKMARK' && type !== 'ERROR')
        byName.get(lease.metadata.name)?.notice(lease, type === 'DELETED');
    };
    for (let attempt = 0; ; attempt++) {
      const openedAt = clock.monotonic();
      try {
        await client.watch(resources.leases, options, notice, this.#ended.signal);
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        log.debug({ err: error }, 'the watch on leases ended');
      }
      if (clock.monotonic() - openedAt > watchBackoff.capMs) attempt = 0;
      if (!(await this.#pause(backoffMs(attempt, watchBackoff, this.#random)))) return;
    }
  }

  /** False when everything ends meanwhile. */
  #pause(ms: number): Promise<boolean> {
    return this.#options.clock.sleep(ms, this.#ended.signal).then(
      () => true,
      () => false,
    );
  }
}

function checkTotal(total: number): void {
  if (Number.isInteger(total) && total >= 1 && total <= mostBuckets) return;
  throw new RangeError(
    `the number of leader election buckets must be a whole number from 1 to ${mostBuckets}, not '${total}'`,
  );
}

function checkDurations({ leaseMs, renewDeadlineMs, retryMs }: LeaseDurations): void {
  if (leaseMs > renewDeadlineMs && renewDeadlineMs > 2 * retryMs && retryMs > 0) return;
  throw new RangeError(
    `leader election cannot work with lease ${leaseMs} ms, renew deadline ${renewDeadlineMs} ms and retry period ` +
      `${retryMs} ms: the lease must be longer than the renew deadline, and that longer than two retry periods`,
  );
}
