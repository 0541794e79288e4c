import type { KubeObject } from '../api/index.ts';
import { type Clock, type KubeClient, resources } from '../kube/index.ts';
import { isAbandoned, isHeld, nextStep, rivalNames } from './give-way.ts';
import { releasedLease } from './lease.ts';
import { type LeaseObservation, observeLease } from './lease-observation.ts';
import type { Logger } from './logger.ts';

export interface RivalLeasesOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly leaseName: (bucket: number, total: number) => string;
  readonly total: number;
  /** Between two attempts of a replica at the same Lease. */
  readonly retryMs: number;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What a replica knows of the Leases of other numbers of buckets; see give-way.ts. One look serves all its buckets. It is
 * asked in turn only: by one acquisition of the replica at a time, and not by renewals.
 */
export class RivalLeases {
  readonly #options: RivalLeasesOptions;
  readonly #names: ReadonlyMap<string, number>;
  readonly #seen = new Map<string, LeaseObservation>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(options: RivalLeasesOptions) {
    this.#options = options;
    this.#names = rivalNames(options.leaseName, options.total);
  }

  /**
   * Whether it is worth an attempt: a look of this round, which lasts 0.9 `retryMs` at the least, shows none that is held.
   * Throws KubeErrors.
   */
  async areFree(): Promise<boolean> {
    const { clock, retryMs, log } = this.#options;
    if (clock.monotonic() - this.#lookedAt > 0.8 * retryMs) {
      await this.#look();
      await this.#releaseAbandoned();
    }
    const leases = this.#held();
    if (leases.length > 0 && !this.#isWaiting)
      log.info({ leases }, 'waiting until leases of another number of buckets are released');
    this.#isWaiting = leases.length > 0;
    return !this.#isWaiting;
  }

  /** Whether a Lease that is ours by now may be worked under; if not, it must be released. Throws KubeErrors. */
  async haveGivenWay(signal: AbortSignal): Promise<boolean> {
    const { clock, retryMs, total } = this.#options;
    for (let looks = 1; ; looks++) {
      await this.#look();
      const held = this.#held().map((name) => this.#names.get(name) ?? 0);
      const step = nextStep({ total, held, looks });
      if (step !== 'look again') return step === 'lead';
      await clock.sleep(retryMs / 8, signal).catch(() => undefined);
      if (signal.aborted) return false;
    }
  }

  /** Sees everything that was written before: without a resourceVersion the server answers with the newest. */
  async #look(): Promise<void> {
    if (this.#names.size === 0) return;
    const { client, namespace, requestTimeoutMs: timeoutMs, clock } = this.#options;
    const sentAt = clock.monotonic();
    const { items } = await client.list(resources.leases, { namespace, timeoutMs });
    const found = new Map(items.map((lease) => [lease.metadata.name, lease]));
    for (const name of this.#names.keys())
      if (found.has(name) || this.#seen.has(name)) this.#observe(name, found.get(name));
    this.#lookedAt = sentAt;
  }

  async #releaseAbandoned(): Promise<void> {
    const { client, requestTimeoutMs: timeoutMs, clock, log } = this.#options;
    const release = async (name: string, { lease }: LeaseObservation): Promise<void> => {
      if (lease === undefined) return;
      try {
        const released = releasedLease(lease, clock.now());
        this.#observe(name, await client.update(resources.leases, released, { timeoutMs }));
      } catch (error) {
        log.debug({ err: error, lease: name }, 'cannot release a lease whose holder has gone');
      }
    };
    const now = clock.monotonic();
    const abandoned = [...this.#seen].filter(([, seen]) => isAbandoned(seen, now));
    await Promise.all(abandoned.map(([name, seen]) => release(name, seen)));
  }

  #held(): readonly string[] {
    const now = this.#options.clock.monotonic();
    return [...this.#seen].filter(([, seen]) => isHeld(seen, now)).map(([name]) => name);
  }

  #observe(name: string, lease: KubeObject | undefined): void {
    const now = this.#options.clock.monotonic();
    this.#seen.set(name, observeLease(this.#seen.get(name), lease, now));
  }
}
