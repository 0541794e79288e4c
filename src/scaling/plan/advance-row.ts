import type { MemberRow, Phase } from './member-row.ts';
import { type Observation, runningOf } from './observation.ts';
import type { RebalancingPolicy } from './plan-spec.ts';
import { recoveryHold } from './recovery-hold.ts';

/** After so long without another outage a member is trusted as if nothing had been. */
const trustedAfter = 60 * 60_000;

export interface RowContext {
  readonly policy: RebalancingPolicy;
  /** Replicas that stay on others until those that have moved are ready. */
  readonly keptElsewhere: number;
  readonly now: number;
}

/** What a member's row becomes by what is seen of it; whether others take over is decided when all are known. */
export function advanceRow(row: MemberRow, seen: Observation, context: RowContext): MemberRow {
  const { policy, now } = context;
  if (row.phase.name === 'duplicate') return row;
  switch (seen.state) {
    case 'unknown':
      return row;
    case 'notReady':
      return { ...unreachable(row, context), progress: undefined };
    case 'ready':
      return slowed(arrived(begun(answering(row, seen, policy, now), now), seen), seen, policy, now);
  }
}

function unreachable(row: MemberRow, { keptElsewhere, now }: RowContext): MemberRow {
  const lost = (held: number, wasReturning: boolean): MemberRow => ({
    ...row,
    pending: 0,
    relapses: row.relapses + (wasReturning ? 1 : 0),
    phase: { name: 'lost', since: now, held, wasReturning },
  });
  switch (row.phase.name) {
    case 'serving':
      // What moved there and never became ready still runs elsewhere; what only has to start again does not.
      return lost(Math.max(0, row.desired - Math.min(row.pending, keptElsewhere)), false);
    case 'returning':
    case 'slow':
      return lost(row.phase.counted, true);
    case 'fresh':
    case 'lost':
    case 'excluded':
    case 'leaving':
    case 'duplicate':
      return row;
  }
}

function answering(
  row: MemberRow,
  seen: Observation & { readonly state: 'ready' },
  policy: RebalancingPolicy,
  now: number,
): MemberRow {
  const returns = (counted: number): Phase => ({
    name: 'returning',
    since: now,
    hold: recoveryHold(policy, row.relapses),
    counted,
    headStart: runningOf(seen),
    isMoving: false,
  });
  const { phase } = row;
  switch (phase.name) {
    case 'lost':
      return phase.wasReturning
        ? { ...row, phase: returns(phase.held) }
        : // Its replicas may have to start again.
          { ...row, phase: { name: 'serving' }, pending: row.desired };
    case 'excluded':
      return { ...row, phase: returns(phase.retained), returnedAt: now };
    case 'slow':
      return now < phase.since + phase.hold || phase.counted > seen.readyReplicas
        ? row
        : { ...row, phase: { ...phase, name: 'returning', headStart: phase.counted, isMoving: true } };
    case 'serving':
      return row.returnedAt !== undefined && now - row.returnedAt >= trustedAfter
        ? { ...row, relapses: 0, returnedAt: undefined }
        : row;
    case 'fresh':
    case 'returning':
    case 'leaving':
    case 'duplicate':
      return row;
  }
}

/** After the hold, others rely on its head start. */
function begun(row: MemberRow, now: number): MemberRow {
  const { phase } = row;
  if (phase.name !== 'returning' || phase.isMoving || now < phase.since + phase.hold) return row;
  return {
    ...row,
    phase: { ...phase, isMoving: true, counted: Math.max(phase.counted, phase.headStart ?? 0) },
  };
}

/** What has become ready since is not waited for any more; those that only stay for others do not count. */
function arrived(row: MemberRow, { readyReplicas }: Observation & { readonly state: 'ready' }): MemberRow {
  const missing = Math.max(0, row.desired - row.kept - readyReplicas);
  return missing < row.pending ? { ...row, pending: missing } : row;
}

/** Keeps the clock of a member whose replicas do not become ready, and takes the rest from it when that is over. */
function slowed(
  row: MemberRow,
  { readyReplicas }: Observation & { readonly state: 'ready' },
  policy: RebalancingPolicy,
  now: number,
): MemberRow {
  if (readyReplicas >= row.desired) return { ...row, progress: undefined };
  const { progress, phase } = row;
  if (progress === undefined || readyReplicas > progress.ready)
    return { ...row, progress: { ready: readyReplicas, at: now } };
  if (policy.slowProgressDeadline === undefined || now - progress.at < policy.slowProgressDeadline)
    return row;
  if (phase.name !== 'serving' && !(phase.name === 'returning' && phase.isMoving)) return row;
  const counted = phase.name === 'serving' ? row.desired : phase.counted;
  const relapses = row.relapses + 1;
  return {
    ...row,
    relapses,
    returnedAt: now,
    progress: undefined,
    phase: { name: 'slow', since: now, hold: recoveryHold(policy, relapses), counted },
  };
}
