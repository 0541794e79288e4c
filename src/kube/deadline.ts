/** The deadline that `withDeadline` set has passed; callers turn it into an error that says of what. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** setTimeout takes a signed 32-bit number of milliseconds and fires at once beyond it. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Runs `work` under a signal that aborts after `ms` or with the caller's signal, whichever is first. The timer and the
 * listener end with the work: unlike AbortSignal.any, nothing hangs on a long-lived caller's signal afterwards.
 * Rejects with DeadlineExceeded, or with the caller's reason.
 */
export async function withDeadline<T>(
  ms: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(caller?.reason);
  caller?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => controller.abort(new DeadlineExceeded(`no answer within ${ms} ms`)),
    Math.min(ms, longestTimeoutMs),
  );
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onAbort);
  }
}

/** Waits for something that others wait for as well: the wait ends with the signal, what is waited for goes on. */
export async function untilAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([shared, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
