import type { MemberRow } from './member-row.ts';

/** Members that are lost within so long of each other may be lost for one reason. */
export const oneProbeWindow = 15_000;

/** When members were lost that have not come back, of how many. */
export interface Losses {
  readonly times: readonly number[];
  readonly of: number;
}

export function lossesOf(rows: Iterable<MemberRow>): Losses {
  const times: number[] = [];
  let of = 0;
  for (const { phase } of rows) {
    if (phase.name === 'leaving' || phase.name === 'duplicate') continue;
    of++;
    if (phase.name === 'lost' || phase.name === 'excluded') times.push(phase.since);
  }
  return { times, of };
}

/**
 * When others may take over from a lost member. Where half of the members or more are lost at once, the hub itself may be
 * cut off, so that the grace period is twice as long.
 */
export function graceEnd(since: number, gracePeriod: number, losses: Losses): number {
  return since + gracePeriod * (isPartition(since, losses) ? 2 : 1);
}

/** Whether many members were lost at about this time. */
export function isPartition(since: number, { times, of }: Losses): boolean {
  const lost = times.filter((time) => Math.abs(time - since) <= oneProbeWindow).length;
  return lost >= 2 && lost * 2 >= of;
}
