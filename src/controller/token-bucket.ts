import type { Clock } from '../kube/index.ts';

export interface TokenBucketOptions {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket that is booked ahead: nobody waits in it, everybody is told when to come. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  readonly #clock: Clock;
  #tokens: number;
  #countedAt: number;

  constructor(options: TokenBucketOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#tokens = options.burst;
    this.#countedAt = clock.monotonic();
  }

  /** Takes one token, be it one of the future; the milliseconds until it is there. */
  reserveMs(): number {
    const now = this.#clock.monotonic();
    const { perSecond, burst } = this.#options;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) / 1000) * perSecond) - 1;
    this.#countedAt = now;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / perSecond) * 1000;
  }
}
