import type { Clock } from '../../src/kube/index.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return 1_700_000_000_000 + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  /** How many wait for the time to come. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper = {
        until: this.#now + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Moves the time on without waking anybody: timers are late. */
  lag(ms: number): void {
    this.#now += ms;
  }

  /** Moves the time on, waking sleepers in order; what they do then has happened when the promise resolves. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settled();
    for (let next = this.#next(target); next !== undefined; next = this.#next(target)) {
      this.#now = Math.max(this.#now, next.until);
      this.#sleepers.delete(next);
      next.wake();
      await settled();
    }
    this.#now = target;
  }

  #next(target: number): Sleeper | undefined {
    const due = [...this.#sleepers].filter(({ until }) => until <= target);
    return due.toSorted((a, b) => a.until - b.until)[0];
  }
}

/** After everything that microtasks and immediates had to do. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
