export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Exponential with full jitter over the upper half: attempt 0 waits between base/2 and base, and so on up to the cap. */
export function backoffMs(
  attempt: number,
  { baseMs, capMs }: BackoffOptions,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * random();
}
