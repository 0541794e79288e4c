import type { Clock } from '../kube/index.ts';

export interface AbortScopeOptions {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** The reason of the signal when the deadline passes. */
  readonly onDeadline: () => Error;
  readonly parents: readonly AbortSignal[];
}

export interface AbortScope {
  readonly signal: AbortSignal;
  /** Ends the timer and the listeners; the signal does not abort any more. */
  close(): void;
}

/** Nobody sees it; without one, each end would cost an exception with a stack trace. */
const closing = new Error('the scope was closed');

/**
 * A signal that aborts with the first of its parents or at the deadline. Unlike AbortSignal.any, which stays tied to its
 * parents for as long as they live, it leaves nothing behind once closed.
 */
export function openAbortScope({ clock, deadlineMs, onDeadline, parents }: AbortScopeOptions): AbortScope {
  const scope = new AbortController();
  const closed = new AbortController();
  for (const parent of parents) {
    if (parent.aborted) scope.abort(parent.reason);
    else
      parent.addEventListener('abort', () => scope.abort(parent.reason), {
        once: true,
        signal: closed.signal,
      });
  }
  clock.sleep(deadlineMs, closed.signal).then(
    () => scope.abort(onDeadline()),
    () => undefined,
  );
  return { signal: scope.signal, close: () => closed.abort(closing) };
}
