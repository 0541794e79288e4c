/**
 * Runs `work` under a signal that aborts with the first of the two. Unlike AbortSignal.any, which stays tied to its
 * sources for as long as they live, nothing hangs on a long-lived one afterwards.
 */
export async function underEither<T>(
  a: AbortSignal,
  b: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const scope = new AbortController();
  const ended = new AbortController();
  for (const source of [a, b]) {
    const onAbort = (): void => scope.abort(source.reason);
    source.addEventListener('abort', onAbort, { once: true, signal: ended.signal });
    if (source.aborted) onAbort();
  }
  try {
    scope.signal.throwIfAborted();
    return await work(scope.signal);
  } finally {
    ended.abort();
  }
}
