const second = 1_000;
const minute = 60 * second;

/** Never asked again sooner than this after an answer, however short it lasts. */
const shortestRefreshMs = 30 * second;

/**
 * When to fetch the next credential: a fifth of its life before the end, between half a minute and five minutes, and a
 * random bit earlier, so that a fleet does not ask all at once. Times are milliseconds since the epoch.
 */
export function refreshTime(obtainedAt: number, expiresAt: number, random: () => number): number {
  const lifetime = expiresAt - obtainedAt;
  const margin = Math.min(Math.max(lifetime * 0.2, 30 * second), 5 * minute);
  const jitter = random() * Math.min(lifetime * 0.1, minute);
  return Math.max(expiresAt - margin - jitter, obtainedAt + shortestRefreshMs);
}

/** How long a failure is remembered before anybody may try again: 2 s, 4 s … 60 s for the first, second … in a row. */
export function failureMemoryMs(failures: number): number {
  return Math.min(2 * second * 2 ** Math.min(failures - 1, 10), minute);
}

/** How long to wait before the next try while the old credential still serves: 5 s and up to 60 s, at random. */
export function retryDelayMs(failures: number, random: () => number): number {
  const most = Math.min(5 * second * 2 ** Math.min(failures, 10), minute);
  return 5 * second + random() * (most - 5 * second);
}
