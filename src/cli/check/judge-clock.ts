import { failed, ok, type Outcome, skipped } from './check.ts';
import type { TimedReview } from './facts/timed-review.ts';

/** Leases and tokens stand this much. */
const toleratedMs = 5_000;
/** The server tells its time in whole seconds, cut off. */
const precisionMs = 1_000;

/** Compares the clock of a server, `the hub`, with that of this machine. */
export function judgeClock({ serverTime, askedAt }: TimedReview, server: string): Outcome {
  if (serverTime === undefined) return skipped('a server that tells its time');
  const ahead = serverTime - askedAt;
  const behind = askedAt - (serverTime + precisionMs);
  const apart = Math.max(ahead, behind, 0);
  const seconds = Math.floor(apart / 1000);
  if (apart < toleratedMs) return ok(`the clocks of ${server} and this machine are ${seconds} s apart`);
  const where = ahead > 0 ? 'ahead of' : 'behind';
  return failed(`the clock of ${server} is ${seconds} s ${where} that of this machine`);
}
