import type { Clock } from '../kube/index.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';

const width = 64;
/** Who is silent for so long needs no processor, and lets the next one begin. */
const longestTurnMs = 500;

/**
 * Turns to begin a connection. A thousand clusters that are connected to at once share one processor for their handshakes,
 * and would all take longer than any of them may: they begin one after another, which takes no longer and gives up nobody.
 * Clusters that are tried again for no better reason than time have turns of their own, so that those known to be gone keep
 * no new one waiting, and none whose credential was mended. Within either kind each silent one that came before may cost the
 * others a 128th of a second: eight seconds for a thousand.
 */
export class ConnectionStarts {
  readonly #clock: Clock;
  readonly #news = new ConcurrencyGate(width);
  readonly #again = new ConcurrencyGate(width);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * `isNew`: never tried, or something that matters has changed since. Resolves to what ends the turn; it ends by itself
   * after half a second. Rejects with the signal's reason.
   */
  async enter(isNew: boolean, signal: AbortSignal): Promise<() => void> {
    const leave = await (isNew ? this.#news : this.#again).enter(signal);
    const over = new AbortController();
    this.#clock.sleep(longestTurnMs, over.signal).then(leave, leave);
    return () => over.abort();
  }
}
