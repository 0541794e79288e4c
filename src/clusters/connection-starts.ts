import type { Clock } from '../kube/index.ts';
import { ConcurrencyGate } from './access/index.ts';

const width = 64;
/** Who is silent for so long needs no processor, and lets the next one begin. */
const longestTurnMs = 500;

/**
 * Turns to begin a connection. A thousand clusters that are connected to at once share one processor for their handshakes,
 * and would all take longer than any of them may: they begin one after another, which takes no longer and gives up nobody.
 * Clusters that are tried again have turns of their own, so that however many are gone, new ones do not wait for them.
 */
export class ConnectionStarts {
  readonly #clock: Clock;
  readonly #first = new ConcurrencyGate(width);
  readonly #again = new ConcurrencyGate(width);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves to what ends the turn; it ends by itself after half a second. Rejects with the signal's reason. */
  async enter(isFirst: boolean, signal: AbortSignal): Promise<() => void> {
    const leave = await (isFirst ? this.#first : this.#again).enter(signal);
    const over = new AbortController();
    this.#clock.sleep(longestTurnMs, over.signal).then(leave, leave);
    return () => over.abort();
  }
}
