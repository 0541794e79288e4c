import type { Clock } from './clock.ts';

export interface RequestLimits {
  /** Requests per second in the long run. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly inFlight: number;
}

/** The server asked for a pause that lasts longer than the caller is willing to wait. */
export class PauseTooLong extends Error {
  override readonly name = 'PauseTooLong';
  readonly remainingMs: number;

  constructor(remainingMs: number) {
    super(`the server asked for a pause, which lasts for another ${Math.ceil(remainingMs / 1000)} s`);
    this.remainingMs = remainingMs;
  }
}

interface Waiter {
  readonly patienceMs: number;
  readonly start: () => void;
  readonly fail: (reason: Error) => void;
}

/**
 * Bounds what one client asks of one server: a token bucket, a number of requests under way, and pauses that the server
 * itself asked for (429 with Retry-After). First come, first served. Time comes from the clock, so that tests own it.
 */
export class RequestLimiter {
  readonly #limits: RequestLimits;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter>();
  #tokens: number;
  #refilledAt: number;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #inFlight = 0;
  #wakeUp: AbortController | undefined;
  #closed: Error | undefined;

  constructor(limits: RequestLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#tokens = limits.burst;
    this.#refilledAt = clock.monotonic();
  }

  /**
   * Resolves when the request may start; the returned function ends it. Rejects with the signal's reason, with
   * PauseTooLong where a pause exceeds `patienceMs`, and with the reason of `close`.
   */
  async acquire(signal: AbortSignal, patienceMs = Number.POSITIVE_INFINITY): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    const pauseMs = this.#pauseMs();
    if (pauseMs > patienceMs) throw new PauseTooLong(pauseMs);
    if (this.#waiting.size > 0 || !this.#take()) await this.#enqueue(signal, patienceMs);
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
    const pauseMs = this.#pauseMs();
    for (const waiter of this.#waiting) {
      if (pauseMs > waiter.patienceMs) waiter.fail(new PauseTooLong(pauseMs));
    }
  }

  /** Ends every wait; nothing starts any more. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const waiter of this.#waiting) waiter.fail(reason);
  }

  #take(): boolean {
    if (this.#inFlight >= this.#limits.inFlight || this.#delayMs() > 0) return false;
    this.#tokens--;
    this.#inFlight++;
    return true;
  }

  #pauseMs(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.monotonic());
  }

  /** How long until a token is there and no pause is on; 0 for now. */
  #delayMs(): number {
    const now = this.#clock.monotonic();
    const { requestsPerSecond, burst } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#refilledAt) / 1000) * requestsPerSecond);
    this.#refilledAt = now;
    // A hair below one counts: sums of fractions may never reach it exactly.
    const tokenMs = this.#tokens >= 1 - 1e-9 ? 0 : ((1 - this.#tokens) / requestsPerSecond) * 1000;
    return Math.max(tokenMs, this.#pauseMs());
  }

  async #enqueue(signal: AbortSignal, patienceMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      patienceMs,
      start: () => {
        this.#waiting.delete(waiter);
        resolve();
      },
      fail: (reason) => {
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) this.#wakeUp?.abort();
        reject(reason);
      },
    };
    const onAbort = (): void => waiter.fail(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.add(waiter);
    this.#drain();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #drain(): void {
    for (const waiter of this.#waiting) {
      if (!this.#take()) break;
      waiter.start();
    }
    if (this.#waiting.size === 0 || this.#wakeUp !== undefined || this.#inFlight >= this.#limits.inFlight)
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
