/** How a reconcile ends unless it throws. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'requeue'; readonly afterMs: number };

/** Nothing to do until an event comes. */
export const done: Outcome = { kind: 'done' };

/** Look again after `afterMs`, or sooner if an event comes. Throws RangeError where that is not a duration. */
export function requeueAfter(afterMs: number): Outcome {
  if (!Number.isFinite(afterMs) || afterMs < 0) {
    throw new RangeError(
      `a reconcile cannot be repeated after '${afterMs}' ms: must be a finite number from 0`,
    );
  }
  return { kind: 'requeue', afterMs };
}

/** Trying again helps nobody: the key is left alone until an event comes. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
