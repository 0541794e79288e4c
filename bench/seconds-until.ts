import { systemClock } from '../src/kube/index.ts';
import { type Saw, waitFor } from '../test/bed/index.ts';

export interface StopwatchOptions {
  /** For the message where it does not come. */
  readonly what: string;
  /** Monotonic milliseconds; default now. */
  readonly since?: number;
  readonly timeoutMs: number;
  /** How exact it is to be. Default 20. */
  readonly everyMs?: number;
}

/** Looks again and again until something is so; resolves with the seconds that it took. Throws after the deadline. */
export async function secondsUntil(
  { what, since = systemClock.monotonic(), timeoutMs, everyMs = 20 }: StopwatchOptions,
  isSo: (saw: Saw) => Promise<boolean>,
): Promise<number> {
  await waitFor(what, isSo, { timeoutMs, everyMs });
  return (systemClock.monotonic() - since) / 1_000;
}
