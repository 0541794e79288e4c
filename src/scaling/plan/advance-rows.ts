import { advanceRow } from './advance-row.ts';
import { graceEnd, type Losses, lossesOf } from './grace-end.ts';
import type { MemberRow } from './member-row.ts';
import { type Observation, type Observations, observationOf, runningOf } from './observation.ts';
import type { RebalancingPolicy } from './plan-spec.ts';

export interface AdvanceContext {
  readonly policy: RebalancingPolicy;
  readonly observed: Observations;
  /** Whether any member that answers has a weight. */
  readonly canReceive: boolean;
  readonly hasAssigned: boolean;
  readonly now: number;
}

/** Every row by what is seen of it and of the others. */
export function advanceRows(
  rows: ReadonlyMap<string, MemberRow>,
  context: AdvanceContext,
): ReadonlyMap<string, MemberRow> {
  const { policy, observed, now } = context;
  const kept = rows.values().reduce((sum, row) => sum + row.kept, 0);
  const seen = new Map<string, MemberRow>();
  for (const [place, row] of rows) {
    const observation = observationOf(place, observed);
    const keptElsewhere = kept - row.kept;
    seen.set(
      place,
      row.phase.name === 'fresh'
        ? firstSeen(row, observation, context)
        : advanceRow(row, observation, { policy, keptElsewhere, now }),
    );
  }
  const losses = lossesOf(seen.values());
  for (const [place, row] of seen)
    // Out of reach is what was asked and did not answer: after a restart nobody has been asked.
    if (row.phase.name === 'lost' && observationOf(place, observed).state === 'notReady')
      seen.set(place, excluded(row, losses, context));
  return seen;
}

/** What runs there stays, as far as its share allows; with the first plan of all at once, later in steps. */
function firstSeen(
  row: MemberRow,
  seen: Observation,
  { policy, hasAssigned, now }: AdvanceContext,
): MemberRow {
  if (seen.state !== 'ready' || row.id === undefined) return row;
  const runs = runningOf(seen);
  if (!hasAssigned || policy.maxRebalancePercentage <= 0)
    return { ...row, desired: runs, phase: { name: 'serving' } };
  return {
    ...row,
    phase: { name: 'returning', since: now, hold: 0, counted: runs, headStart: runs, isMoving: true },
  };
}

function excluded(row: MemberRow, losses: Losses, { policy, canReceive, now }: AdvanceContext): MemberRow {
  const { phase } = row;
  if (phase.name !== 'lost' || !canReceive || policy.maxRebalancePercentage <= 0) return row;
  if (now < graceEnd(phase.since, policy.gracePeriod, losses)) return row;
  // It was trusted again, and should not have been.
  const isRelapse = !phase.wasReturning && row.returnedAt !== undefined;
  return {
    ...row,
    relapses: row.relapses + (isRelapse ? 1 : 0),
    phase: { name: 'excluded', since: phase.since, retained: phase.held },
  };
}
