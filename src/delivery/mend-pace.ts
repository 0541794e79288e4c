/** How often an object was mended in a row, and when last, in milliseconds that never jump. */
export interface Mending {
  readonly times: number;
  readonly lastMs: number;
}

/** So often is put down to people; who changes an object more often is a program, and does not give up either. */
const freeTimes = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 600_000;

/** One mend more. A series ends when nobody interferes for the longest wait. */
export function mendedOnceMore(before: Mending | undefined, nowMs: number): Mending {
  const goesOn = before !== undefined && nowMs - before.lastMs < 2 * longestWaitMs;
  return { times: goesOn ? before.times + 1 : 1, lastMs: nowMs };
}

/** From when on the object may be mended again: later and later where somebody changes it again and again. */
export function nextMendMs(before: Mending | undefined): number {
  if (before === undefined || before.times < freeTimes) return 0;
  return before.lastMs + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(before.times - freeTimes, 30));
}
