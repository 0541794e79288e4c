import type { MemberRow } from './member-row.ts';

/** What others relied on at the place, by the last plan. */
export function reliedOn({ phase, desired }: MemberRow): number {
  switch (phase.name) {
    case 'serving':
    case 'leaving':
      return desired;
    case 'lost':
      return phase.held;
    case 'excluded':
      return phase.retained;
    case 'returning':
    case 'slow':
      return phase.counted;
    case 'fresh':
    case 'duplicate':
      return 0;
  }
}

/**
 * How many replicas count as running at a place that does not simply get its share: what it holds, but no more than its
 * share, so that the others never get less than theirs while the total shrinks.
 */
export function countedAt(row: MemberRow, share: number): number {
  return row.phase.name === 'leaving' ? 0 : Math.min(reliedOn(row), share);
}
