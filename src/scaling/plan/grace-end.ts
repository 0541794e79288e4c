import type { MemberRow } from './member-row.ts';

/** Members that are lost within so long of each other may be lost for one reason. */
export const oneProbeWindow = 15_000;

/**
 * When others may take over from a lost member. Where half of the members or more are lost at once, the hub itself may be
 * cut off, so that the grace period is twice as long.
 */
export function graceEnd(since: number, gracePeriod: number, rows: Iterable<MemberRow>): number {
  return since + gracePeriod * (isPartition(since, rows) ? 2 : 1);
}

/** Whether many members were lost at about this time. */
export function isPartition(since: number, rows: Iterable<MemberRow>): boolean {
  let all = 0;
  let lost = 0;
  for (const { phase } of rows) {
    if (phase.name === 'leaving' || phase.name === 'duplicate') continue;
    all++;
    if (
      (phase.name === 'lost' || phase.name === 'excluded') &&
      Math.abs(phase.since - since) <= oneProbeWindow
    )
      lost++;
  }
  return lost >= 2 && lost * 2 >= all;
}
