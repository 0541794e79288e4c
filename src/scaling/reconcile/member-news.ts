import type { Clock } from '../../kube/index.ts';

/** A hundred members that answer one after another are looked at a few times, not a hundred times. */
export const betweenLooksMs = 100;

/**
 * How long news of members wait for more of their kind. The first after a quiet time do not; those that come during a pass,
 * or shortly after one, are gathered, so that they never keep the next total waiting.
 */
export class MemberNews {
  readonly #clock: Clock;
  readonly #looking = new Set<string>();
  /** When the last pass ended, in monotonic milliseconds. */
  readonly #lookedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until a pass for news of this moment. */
  waitMs(key: string): number {
    if (this.#looking.has(key)) return betweenLooksMs;
    const lookedAt = this.#lookedAt.get(key) ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, lookedAt + betweenLooksMs - this.#clock.monotonic());
  }

  begins(key: string): void {
    this.#looking.add(key);
  }

  ends(key: string): void {
    this.#looking.delete(key);
    this.#lookedAt.set(key, this.#clock.monotonic());
  }

  forget(key: string): void {
    this.#lookedAt.delete(key);
  }
}
