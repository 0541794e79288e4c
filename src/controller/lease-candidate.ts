import type { KubeObject, OwnerReference } from '../api/index.ts';
import {
  AlreadyExistsError,
  type Clock,
  ConflictError,
  ForbiddenError,
  type KubeClient,
  NotFoundError,
  resources,
  UnauthorizedError,
} from '../kube/index.ts';
import { givesUp, type LeaseView } from './fair-share.ts';
import { freeFrom, type LeaseObservation, mineFrom, observeLease } from './lease-observation.ts';
import {
  acquiredLease,
  claimedLease,
  type Holding,
  leaseRecord,
  releasedLease,
  renewedLease,
} from './lease.ts';
import type { Logger } from './logger.ts';
import type { RivalLeases } from './rival-leases.ts';
import { settlesWithin } from './settles-within.ts';

export interface LeaseDurations {
  /** How long others respect a lease that is not renewed. */
  readonly leaseMs: number;
  /** How long after its last renewal the holder goes on acting; less than `leaseMs`, by what a last write may take. */
  readonly renewDeadlineMs: number;
  /** Between renewals, and between looks at a lease that somebody else holds. */
  readonly retryMs: number;
}

export interface LeaseCandidateOptions {
  readonly index: number;
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** What a Lease that is made goes with; in the same namespace. */
  readonly owner: (() => OwnerReference | undefined) | undefined;
  /** Unique among all processes that ever ran: two that share one would both act. */
  readonly identity: string;
  readonly durations: LeaseDurations;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** How many leases this replica holds. */
  readonly held: () => number;
  /** Runs one acquisition of this replica at a time, so that `held` is true when the next one asks. */
  readonly inTurn: <T>(acquire: () => Promise<T>) => Promise<T>;
  /** The Leases whose holders may work on the same keys; asked in turn. */
  readonly rivals: Pick<RivalLeases, 'areFree' | 'haveGivenWay'>;
  readonly onGained: () => void;
  readonly onLost: (reason: LeaseLost) => void;
  /** Resolves when nothing acts under the lease any more; its signal has aborted by then. */
  readonly quiesce: () => Promise<void>;
}

/** The reason of the signal of a lease that ended. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** One holding of the lease, from its acquisition to its loss. */
interface Term {
  readonly ended: AbortController;
  /** Monotonic time just before the last renewal that succeeded was sent. */
  renewedAt: number;
  lease: KubeObject;
}

const releaseAttempts = 3;

/** How long one request about a Lease may take: several renewals fit into the time that a holder has for one. */
export function requestTimeoutMs({ renewDeadlineMs }: LeaseDurations): number {
  return renewDeadlineMs / 4;
}

/**
 * Competes for one Lease and holds it for as long as it can. Model: client-go's leaderelection, and beyond it: acts no
 * longer than `renewDeadlineMs` after its last renewal even while a renewal hangs, ends its work before it gives a lease
 * up, and gives leases up to replicas that hold fewer.
 *
 * Why two replicas never hold it at once: every write is conditional on the version that was read. A holder stops
 * `renewDeadlineMs` after it *sent* its last renewal. Others wait until they have seen no new beat for the lease's whole
 * duration by their own monotonic clock, counted from when they *received* that beat, so clocks need not agree; they must
 * only run about equally fast.
 */
export class LeaseCandidate {
  readonly #options: LeaseCandidateOptions;
  readonly #requestTimeoutMs: number;
  readonly #ending = new AbortController();
  #term: Term | undefined;
  #seen: LeaseObservation | undefined;
  #nap = new AbortController();
  #woken = false;
  #loop: Promise<void> | undefined;
  #attemptedAt: number;

  constructor(options: LeaseCandidateOptions) {
    this.#options = options;
    this.#requestTimeoutMs = requestTimeoutMs(options.durations);
    this.#attemptedAt = options.clock.monotonic();
  }

  get name(): string {
    return this.#options.name;
  }

  /** Aborts when the lease is lost; undefined while it is not held. Looks at the clock, however late timers are. */
  signal(): AbortSignal | undefined {
    const term = this.#term;
    if (term === undefined) return undefined;
    if (this.#remainingMs(term) <= 0) this.#lose(term, 'it could not be renewed in time');
    return this.#term?.ended.signal;
  }

  view(): LeaseView {
    const { index, identity, clock } = this.#options;
    if (this.signal() !== undefined) return { index, holder: identity, claimant: undefined };
    const seen = this.#seen;
    const holder = seen !== undefined && freeFrom(seen) > clock.monotonic() ? seen.record.holder : undefined;
    return { index, holder, claimant: seen?.record.claim?.identity };
  }

  /** Milliseconds since the loop last came round. */
  get idleMs(): number {
    return this.#options.clock.monotonic() - this.#attemptedAt;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends the loop, then gives the lease up. Never rejects. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#wake();
    await this.#loop;
    if (this.#term !== undefined) await this.#giveUp(this.#term, this.#term.lease);
  }

  /** Takes note of what a watch says: where it calls for action, the loop looks at once. */
  notice(lease: KubeObject, deleted: boolean): void {
    const { holder, claim } = leaseRecord(lease);
    const calls = this.#term === undefined ? holder === '' : claim !== undefined;
    if (calls || deleted) this.#wake();
  }

  /** Asks the holder for the lease, on the ground that this replica holds no more than `held`. Throws KubeErrors. */
  async claim(held: number): Promise<void> {
    const { identity } = this.#options;
    const lease = await this.#read();
    this.#observe(lease);
    const { holder, claimant } = this.view();
    if (lease === undefined || holder === undefined || holder === identity || claimant !== undefined) return;
    try {
      this.#observe(await this.#update(claimedLease(lease, { identity, held })));
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#ending.signal.aborted) {
      const waitMs = await this.#attempt();
      this.#attemptedAt = clock.monotonic();
      this.#nap = new AbortController();
      if (!this.#woken) await clock.sleep(waitMs, this.#nap.signal).catch(() => undefined);
      this.#woken = false;
    }
  }

  #wake(): void {
    this.#woken = true;
    this.#nap.abort();
  }

  /** One round; the milliseconds until the next. Never rejects. */
  async #attempt(): Promise<number> {
    const { durations, random, log } = this.#options;
    const retryMs = durations.retryMs * (0.9 + 0.2 * random());
    const term = this.#term;
    try {
      if (term === undefined) return Math.min(retryMs, await this.#follow());
      await this.#renew(term);
      return retryMs;
    } catch (error) {
      log.warn(
        { err: error, lease: this.name },
        term === undefined ? 'cannot read or take a lease' : 'cannot renew a lease',
      );
      return term === undefined ? retryMs : retryMs / 4;
    }
  }

  async #renew(term: Term): Promise<void> {
    const { identity, clock, held } = this.#options;
    const sentAt = clock.monotonic();
    try {
      return this.#extend(term, await this.#update(renewedLease(term.lease, this.#holding())), sentAt);
    } catch (error) {
      // As where its account was taken away: its lease may go, too, and then nobody waits for it to run out.
      if (isRefusal(error)) return this.#lose(term, 'it may not be renewed');
      if (!isOvertaken(error)) throw error;
    }
    const live = await this.#read();
    if (live === undefined) return this.#lose(term, 'it was deleted');
    const { holder, claim } = leaseRecord(live);
    if (holder !== identity) return this.#lose(term, `${holder === '' ? 'nobody' : holder} holds it`);
    if (claim !== undefined && givesUp(held(), claim.held)) return this.#giveUp(term, live, claim.identity);
    const sentAgainAt = clock.monotonic();
    this.#extend(term, await this.#update(renewedLease(live, this.#holding())), sentAgainAt);
  }

  #extend(term: Term, lease: KubeObject, sentAt: number): void {
    term.renewedAt = sentAt;
    term.lease = lease;
  }

  /** Looks at the lease and takes it where it is free; the milliseconds until it is worth another look. */
  async #follow(): Promise<number> {
    const { clock, inTurn, rivals, durations, identity, held } = this.#options;
    const seen = this.#observe(await this.#read());
    const waitMs = (): number =>
      mineFrom(seen, { identity, held: held(), heirsStartMs: durations.retryMs }) - clock.monotonic();
    if (waitMs() > 0) return waitMs();
    return inTurn(async () => {
      if (this.#ending.signal.aborted) return 0;
      if (waitMs() > 0) return waitMs();
      if (await rivals.areFree()) await this.#acquire(seen.lease);
      else await this.#release(seen.lease, undefined);
      return durations.retryMs;
    });
  }

  async #acquire(current: KubeObject | undefined): Promise<void> {
    const { namespace, name, owner, rivals, clock } = this.#options;
    const wanted = acquiredLease({ namespace, name, owner: owner?.() }, current, this.#holding());
    const sentAt = clock.monotonic();
    let acquired: KubeObject;
    try {
      acquired = await (current === undefined ? this.#create(wanted) : this.#update(wanted));
    } catch (error) {
      if (isOvertaken(error)) return;
      throw error;
    }
    if (await rivals.haveGivenWay(this.#ending.signal)) this.#lead(acquired, sentAt);
    else await this.#release(acquired, undefined);
  }

  #lead(lease: KubeObject, sentAt: number): void {
    const term: Term = { ended: new AbortController(), renewedAt: sentAt, lease };
    if (this.#remainingMs(term) <= 0) return;
    this.#term = term;
    void this.#fence(term);
    this.#options.log.info({ lease: this.name }, 'holding a lease');
    this.#options.onGained();
  }

  /** Ends a term that is not renewed in time, whatever the loop is waiting for. */
  async #fence(term: Term): Promise<void> {
    const { clock } = this.#options;
    while (this.#term === term && this.signal() !== undefined) {
      await clock.sleep(this.#remainingMs(term), term.ended.signal).catch(() => undefined);
    }
  }

  #remainingMs(term: Term): number {
    const { clock, durations } = this.#options;
    return term.renewedAt + durations.renewDeadlineMs - clock.monotonic();
  }

  #lose(term: Term, because: string): void {
    if (this.#term !== term) return;
    const reason = new LeaseLost(`lease ${this.name} is lost: ${because}`);
    this.#term = undefined;
    this.#options.log.info({ lease: this.name, because }, 'lost a lease');
    term.ended.abort(reason);
    this.#options.onLost(reason);
  }

  /** Ends the work under the lease, then frees it; not while work goes on that does not end. */
  async #giveUp(term: Term, lease: KubeObject, heir?: string): Promise<void> {
    const { clock, quiesce, log } = this.#options;
    this.#lose(term, heir === undefined ? 'this replica is shutting down' : `given up for ${heir}`);
    if (!(await settlesWithin(clock, this.#remainingMs(term), quiesce()))) {
      return log.warn({ lease: this.name }, 'work under a lease does not end; the lease is not released');
    }
    try {
      await this.#release(lease, heir);
    } catch (error) {
      log.warn({ err: error, lease: this.name }, 'cannot release a lease');
    }
  }

  /** Frees the lease where it is in our name. Throws KubeErrors. */
  async #release(lease: KubeObject | undefined, heir: string | undefined): Promise<void> {
    const { identity, clock } = this.#options;
    let current: KubeObject | undefined = lease;
    for (let attempt = 1; current !== undefined && leaseRecord(current).holder === identity; attempt++) {
      try {
        await this.#update(releasedLease(current, clock.now(), heir));
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === releaseAttempts) throw error;
        current = await this.#read();
      }
    }
  }

  #observe(lease: KubeObject | undefined): LeaseObservation {
    this.#seen = observeLease(this.#seen, lease, this.#options.clock.monotonic());
    return this.#seen;
  }

  async #read(): Promise<KubeObject | undefined> {
    const { client, namespace, name } = this.#options;
    try {
      return await client.get(resources.leases, { namespace, name }, { timeoutMs: this.#requestTimeoutMs });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  #create(lease: KubeObject): Promise<KubeObject> {
    return this.#options.client.create(resources.leases, lease, { timeoutMs: this.#requestTimeoutMs });
  }

  #update(lease: KubeObject): Promise<KubeObject> {
    return this.#options.client.update(resources.leases, lease, { timeoutMs: this.#requestTimeoutMs });
  }

  #holding(): Holding {
    const { identity, durations, clock } = this.#options;
    return { identity, durationMs: durations.leaseMs, now: clock.now() };
  }
}

/** The server answers, and says no to whoever we are. */
function isRefusal(error: unknown): boolean {
  return error instanceof ForbiddenError || error instanceof UnauthorizedError;
}

/** Somebody else has written or deleted the Lease since it was read. */
function isOvertaken(error: unknown): boolean {
  return (
    error instanceof ConflictError || error instanceof AlreadyExistsError || error instanceof NotFoundError
  );
}
