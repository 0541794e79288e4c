import type { Clock } from '../kube/index.ts';

const intervalMs = 1_000;
const remembered = 3;

/** Measures by how much timers come late, which is how long something else kept the event loop. */
export class EventLoopMonitor {
  readonly #clock: Clock;
  #delays: readonly number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The least of the last three delays in milliseconds; 0 until there are three. */
  get leastDelayMs(): number {
    return this.#delays.length < remembered ? 0 : Math.min(...this.#delays);
  }

  /** Measures until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = this.#clock.monotonic();
      await this.#clock.sleep(intervalMs, signal).catch(() => undefined);
      const delay = this.#clock.monotonic() - startedAt - intervalMs;
      this.#delays = [...this.#delays, Math.max(0, delay)].slice(-remembered);
    }
  }
}
