import type { Clock } from '../../kube/index.ts';

/** What came of asking for something. */
export type Answer<T> =
  | { readonly state: 'answered'; readonly value: T; readonly tookMs: number }
  | { readonly state: 'failed'; readonly error: Error; readonly tookMs: number }
  | NotAsked;

export interface NotAsked {
  readonly state: 'notAsked';
  /** What it would have needed: `a connection`. */
  readonly needs: string;
  /** It is this call that lacks it, not the fleet: `--provider-file`, a right of the user. */
  readonly lackedHere: boolean;
}

export interface Asking {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Asks, and keeps whatever comes of it; only the reason of the signal is thrown. */
export async function ask<T>(
  { clock, signal }: Asking,
  question: (signal: AbortSignal) => Promise<T>,
): Promise<Answer<T>> {
  const startedAt = clock.monotonic();
  const tookMs = (): number => Math.round(clock.monotonic() - startedAt);
  try {
    const value = await question(signal);
    return { state: 'answered', value, tookMs: tookMs() };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { state: 'failed', error, tookMs: tookMs() };
  }
}

export function answered<T>(value: T, tookMs = 0): Answer<T> {
  return { state: 'answered', value, tookMs };
}

/** It needs something that is missing, which is told elsewhere. */
export function notAsked(needs: string): NotAsked {
  return { state: 'notAsked', needs, lackedHere: false };
}

/** It needs something that this call lacks. */
export function lackedHere(needs: string): NotAsked {
  return { state: 'notAsked', needs, lackedHere: true };
}

/** The value, where there is one. */
export function valueOf<T>(answer: Answer<T>): T | undefined {
  return answer.state === 'answered' ? answer.value : undefined;
}
