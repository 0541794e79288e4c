import { differingFor } from './duplicates.ts';
import { graceEnd, type Losses, lossesOf } from './grace-end.ts';
import type { MemberRow } from './member-row.ts';
import type { RebalancingPolicy } from './plan-spec.ts';
import { shortestPause } from './rebalance-steps.ts';

export interface Deadlines {
  readonly policy: RebalancingPolicy;
  readonly canReceive: boolean;
  readonly lastStepAt: number | undefined;
  /** When the first answers are waited for no longer. */
  readonly waitsUntil: number;
  readonly now: number;
}

/** The first time at which something is due although nothing is heard. */
export function nextCheckAt(rows: ReadonlyMap<string, MemberRow>, deadlines: Deadlines): number | undefined {
  const { waitsUntil, now } = deadlines;
  const losses = lossesOf(rows.values());
  const times = [
    waitsUntil,
    ...[...rows.values()].flatMap((row) => deadlinesOf(row, losses, deadlines)),
  ].filter((at) => at > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

function deadlinesOf(row: MemberRow, losses: Losses, deadlines: Deadlines): readonly number[] {
  const ofPhase = phaseDeadlines(row, losses, deadlines);
  return row.retargetedAt === undefined
    ? ofPhase
    : [...ofPhase, row.retargetedAt + deadlines.policy.gracePeriod];
}

function phaseDeadlines(
  { phase, progress }: MemberRow,
  losses: Losses,
  { policy, canReceive, lastStepAt = 0 }: Deadlines,
): readonly number[] {
  const { gracePeriod, maxRebalancePercentage, slowProgressDeadline, ignoreZeroWeightOnOutage } = policy;
  // The last step may have arrived already, which nobody will tell again, or may take too long.
  const nextStep = [lastStepAt + shortestPause, lastStepAt + Math.max(gracePeriod, shortestPause)];
  const slow =
    progress === undefined || slowProgressDeadline === undefined ? [] : [progress.at + slowProgressDeadline];
  switch (phase.name) {
    case 'lost':
      return canReceive && maxRebalancePercentage > 0 ? [graceEnd(phase.since, gracePeriod, losses)] : [];
    case 'excluded':
      return phase.retained > 0 ? nextStep : [];
    case 'returning':
      return phase.isMoving ? [...slow, lastStepAt + shortestPause] : [phase.since + phase.hold];
    case 'slow':
      return [phase.since + phase.hold, ...nextStep];
    case 'serving':
      return slow;
    case 'fresh':
      return ignoreZeroWeightOnOutage ? [phase.since + gracePeriod] : [];
    case 'leaving':
      return [];
    case 'duplicate':
      return phase.differsSince === undefined ? [] : [phase.differsSince + differingFor(gracePeriod)];
  }
}
