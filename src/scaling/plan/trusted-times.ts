import type { MemberRow, Phase, PlanState } from './member-row.ts';

/** The state without times that have yet to come: where the clock went back, what was begun begins now. */
export function withTrustedTimes(state: PlanState, now: number): PlanState {
  if (isPast(state, now)) return state;
  const at = (time: number): number => Math.min(time, now);
  const ifAny = (time: number | undefined): number | undefined => (time === undefined ? undefined : at(time));
  const trustedPhase = (phase: Phase): Phase => {
    if ('since' in phase) return { ...phase, since: at(phase.since) };
    return phase.name === 'duplicate' ? { ...phase, differsSince: ifAny(phase.differsSince) } : phase;
  };
  const trusted = (row: MemberRow): MemberRow => ({
    ...row,
    phase: trustedPhase(row.phase),
    progress: row.progress === undefined ? undefined : { ...row.progress, at: at(row.progress.at) },
    returnedAt: ifAny(row.returnedAt),
    retargetedAt: ifAny(row.retargetedAt),
  });
  return {
    ...state,
    awaitingSince: ifAny(state.awaitingSince),
    lastStepAt: ifAny(state.lastStepAt),
    rows: Object.fromEntries(Object.entries(state.rows).map(([place, row]) => [place, trusted(row)])),
  };
}

/** Whether no time has yet to come, as always while the clock does not go back. */
function isPast({ awaitingSince, lastStepAt, rows }: PlanState, now: number): boolean {
  const hasCome = (time: number | undefined): boolean => time === undefined || time <= now;
  if (!hasCome(awaitingSince) || !hasCome(lastStepAt)) return false;
  return Object.values(rows).every(({ phase, progress, returnedAt, retargetedAt }) => {
    const since =
      'since' in phase ? phase.since : phase.name === 'duplicate' ? phase.differsSince : undefined;
    return hasCome(since) && hasCome(progress?.at) && hasCome(returnedAt) && hasCome(retargetedAt);
  });
}
