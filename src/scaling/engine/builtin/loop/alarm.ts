import type { Clock } from '../../../../kube/index.ts';

/** A sleep that may be cut short. */
export class Alarm {
  readonly #clock: Clock;
  #rung = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the sleep that is under way; one that begins later knows nothing of it. */
  ring(): void {
    this.#rung.resolve();
  }

  /** Until the time has passed, somebody rings, or the signal aborts. Never rejects. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.#rung = Promise.withResolvers<void>();
    if (ms <= 0) return;
    const enough = new AbortController();
    const onAbort = (): void => enough.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([this.#rung.promise, this.#clock.sleep(ms, enough.signal)]).catch(() => undefined);
    enough.abort();
    signal.removeEventListener('abort', onAbort);
  }
}
