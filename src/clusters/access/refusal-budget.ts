/** How often a 401 may lead to a new fetch: three times at once, then once in ten seconds. Times are monotonic. */
export class RefusalBudget {
  #tokens = burst;
  #countedAt: number;

  constructor(now: number) {
    this.#countedAt = now;
  }

  take(now: number): boolean {
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#countedAt) / refillMs);
    this.#countedAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

const burst = 3;
const refillMs = 10_000;
