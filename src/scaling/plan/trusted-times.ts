import type { MemberRow, PlanState } from './member-row.ts';

/** The state without times that have yet to come: where the clock went back, what was begun begins now. */
export function withTrustedTimes(state: PlanState, now: number): PlanState {
  const at = (time: number): number => Math.min(time, now);
  const trusted = (row: MemberRow): MemberRow => ({
    ...row,
    phase: 'since' in row.phase ? { ...row.phase, since: at(row.phase.since) } : row.phase,
    progress: row.progress === undefined ? undefined : { ...row.progress, at: at(row.progress.at) },
    returnedAt: row.returnedAt === undefined ? undefined : at(row.returnedAt),
  });
  return {
    ...state,
    firstPlanAt: at(state.firstPlanAt),
    lastStepAt: state.lastStepAt === undefined ? undefined : at(state.lastStepAt),
    rows: Object.fromEntries(Object.entries(state.rows).map(([place, row]) => [place, trusted(row)])),
  };
}
