import type { Clock } from './clock.ts';

export interface RequestLimits {
  /** Requests per second in the long run. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly inFlight: number;
}

/**
 * Bounds what one client asks of one server: a token bucket, a number of requests under way, and pauses that the server
 * itself asked for (429 with Retry-After). First come, first served. Time comes from the clock, so that tests own it.
 */
export class RequestLimiter {
  readonly #limits: RequestLimits;
  readonly #clock: Clock;
  readonly #waiting: { readonly start: () => void }[] = [];
  #tokens: number;
  #refilledAt: number;
  #pausedUntil = 0;
  #inFlight = 0;
  #wakeUp: AbortController | undefined;

  constructor(limits: RequestLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#tokens = limits.burst;
    this.#refilledAt = clock.monotonic();
  }

  /** Resolves when the request may start; the returned function ends it. Rejects with the signal's reason. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#take()) await this.#enqueue(signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#inFlight--;
      this.#drain();
    };
  }

  /** Nothing starts for `ms`; a longer pause that is on already stays. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + ms);
  }

  #take(): boolean {
    if (this.#inFlight >= this.#limits.inFlight || this.#delayMs() > 0) return false;
    this.#tokens--;
    this.#inFlight++;
    return true;
  }

  /** How long until a token is there and no pause is on; 0 for now. */
  #delayMs(): number {
    const now = this.#clock.monotonic();
    const { requestsPerSecond, burst } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#refilledAt) / 1000) * requestsPerSecond);
    this.#refilledAt = now;
    // A hair below one counts: sums of fractions may never reach it exactly.
    const tokenMs = this.#tokens >= 1 - 1e-9 ? 0 : ((1 - this.#tokens) / requestsPerSecond) * 1000;
    return Math.max(tokenMs, this.#pausedUntil - now);
  }

  #enqueue(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = {
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        if (this.#waiting.length === 0) this.#wakeUp?.abort();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
      this.#drain();
    });
  }

  #drain(): void {
    while (this.#waiting.length > 0 && this.#take()) this.#waiting.shift()?.start();
    if (this.#waiting.length === 0 || this.#wakeUp !== undefined || this.#inFlight >= this.#limits.inFlight)
      return;
    const wakeUp = new AbortController();
    this.#wakeUp = wakeUp;
    this.#clock
      .sleep(Math.max(1, this.#delayMs()), wakeUp.signal)
      .catch(() => undefined)
      .finally(() => {
        this.#wakeUp = undefined;
        this.#drain();
      });
  }
}
