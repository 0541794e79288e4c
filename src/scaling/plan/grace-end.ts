import type { MemberRow } from './member-row.ts';

/** Members that are lost within so long of each other may be lost for one reason. */
export const oneProbeWindow = 15_000;

/** When members were lost that have not come back, of how many. */
export interface Losses {
  /** Ascending. */
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
  return { times: times.sort((one, other) => one - other), of };
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
  const lost =
    firstIndex(times, (time) => time > since + oneProbeWindow) -
    firstIndex(times, (time) => time >= since - oneProbeWindow);
  return lost >= 2 && lost * 2 >= of;
}

/** Where the times begin that are late enough. By halves: of a thousand lost members each is asked about. */
function firstIndex(times: readonly number[], isLate: (time: number) => boolean): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isLate(times[middle] as number)) to = middle;
    else from = middle + 1;
  }
  return from;
}
