import { systemClock, type Clock } from '../../src/kube/clock.ts';

export interface WaitOptions {
  /** Default 90 seconds: machines of CI are slow and busy. */
  readonly timeoutMs?: number;
  /** Pause between two looks; default 50 milliseconds. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** Notes what a look has seen, for the message of a failure. Strings are shown as they are, everything else as JSON. */
export type Saw = (what: unknown) => void;

/**
 * Looks again and again until `predicate` returns something other than false, null and undefined, and returns that. An error of the
 * predicate counts as "not yet". After the deadline it throws, saying what was last seen: what the predicate told `saw` last, else
 * its last error or result. A look that hangs is not waited for.
 */
export async function waitFor<T>(
  description: string,
  predicate: (saw: Saw) => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs = 90_000, everyMs = 50, signal, clock = systemClock } = options;
  const over = new AbortController();
  const abort = (): void => over.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  let lastSeen = 'nothing yet';

  const look = async (): Promise<Exclude<T, false | null | undefined>> => {
    for (;;) {
      let told = false;
      const saw: Saw = (what) => {
        told = true;
        lastSeen = typeof what === 'string' ? what : JSON.stringify(what);
      };
      try {
        const result = await predicate(saw);
        if (isThere(result)) return result;
        if (!told) lastSeen = String(result);
      } catch (error) {
        lastSeen = error instanceof Error ? error.message : String(error);
      }
      await clock.sleep(everyMs, over.signal);
    }
  };
  const deadline = async (): Promise<never> => {
    await clock.sleep(timeoutMs, over.signal);
    throw new Error(`waited ${timeoutMs} ms for ${description}; last seen: ${lastSeen}`);
  };
  try {
    return await Promise.race([look(), deadline()]);
  } finally {
    signal?.removeEventListener('abort', abort);
    over.abort();
  }
}

function isThere<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== false && value !== null && value !== undefined;
}
