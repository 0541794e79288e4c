import type { DistributedScaledObjectStatus } from '../../api/index.ts';
import type { Member } from '../../clusters/index.ts';
import { toldText } from '../../controller/index.ts';
import { type MemberReason, sayWhy } from '../plan/member-reasons.ts';
import type { MemberRow } from '../plan/member-row.ts';
import type { Plan } from '../plan/plan.ts';
import type { Sight } from '../workload/workload.ts';
import type { Contender } from './contenders.ts';
import { instant } from './instant.ts';
import type { Selection } from './selected-members.ts';

export type MemberStatuses = NonNullable<DistributedScaledObjectStatus['memberClusterStatuses']>;
export type MemberStatus = MemberStatuses[string];

export interface MemberStatusInput {
  readonly plan: Pick<Plan, 'reasons' | 'state'>;
  readonly selection: Pick<Selection, 'members' | 'alike'>;
  /** By place. */
  readonly sights: ReadonlyMap<string, Sight>;
  /** Who else writes the workload of a place, by place. */
  readonly contenders: ReadonlyMap<string, Contender>;
  /** Why a place does not have the workload of the hub as it is, by place. */
  readonly troubles?: ReadonlyMap<string, string> | undefined;
  readonly before: MemberStatuses;
  readonly now: number;
}

/** One status for each place of the plan, under the name that the user has for it. */
export function memberStatuses(input: MemberStatusInput): MemberStatuses {
  const { plan, before } = input;
  const statuses: Record<string, MemberStatus> = {};
  for (const reason of plan.reasons) {
    const row = plan.state.rows[reason.place];
    if (row === undefined) continue;
    const wanted = row.reference ?? row.name;
    const key = Object.hasOwn(statuses, wanted) ? `${wanted}/${reason.namespace}` : wanted;
    statuses[key] = statusOf(reason, row, before[key], input);
  }
  return statuses;
}

function statusOf(
  reason: MemberReason,
  row: MemberRow,
  before: MemberStatus | undefined,
  { selection, sights, contenders, troubles, now }: MemberStatusInput,
): MemberStatus {
  const member = selection.members.get(reason.name);
  const id = member?.local ?? reason.name;
  const last = before?.id === id ? before : undefined;
  const sight = sights.get(reason.place);
  const currentReplicas = currentOf(sight, last);
  // Not asked yet after a restart, or on a new connection: it is as it was.
  const isKept = reason.state === 'Unknown' && last !== undefined && row.id !== undefined;
  const state = isKept ? last.state : reason.state;
  const told = isKept ? last.description : describe(reason, member, selection.alike.get(reason.name));
  const contender = contenders.get(reason.place);
  const trouble = troubles?.get(reason.place);
  const more = [
    ...(contender === undefined ? [] : [contender.told]),
    ...(trouble === undefined ? [] : [trouble]),
    ...(sight?.seen === 'workload' && sight.uncounted !== undefined ? [sight.uncounted] : []),
  ];
  const progressAt = row.progress?.at;
  return withoutUndefined({
    currentReplicas,
    desiredReplicas: row.desired,
    state,
    description: toldText([told, ...more.filter((text) => !told.includes(text))].join('; ')),
    id,
    provider: member?.provider,
    excluded: reason.isExcluded,
    lastStatusChangeTime: changedAt(state, row, last, now),
    lastScalingProgressTime:
      progressAt !== undefined && currentReplicas === last?.currentReplicas
        ? instant(progressAt)
        : progressTime(currentReplicas, last, now),
  });
}

function describe(reason: MemberReason, member: Member | undefined, alike: readonly string[] = []): string {
  const why = sayWhy(reason, instant);
  if (member === undefined && alike.length > 0) return `${why}; did you mean ${alike.join(' or ')}?`;
  return reason.state === 'Ready' ? `Cluster is healthy: ${why}` : why;
}

/** Out of sight it is what it was; where the cluster says that there is none, there is none. */
function currentOf(sight: Sight | undefined, before: MemberStatus | undefined): number {
  if (sight?.seen === 'workload') return sight.replicas;
  return sight?.seen === 'absence' ? 0 : (before?.currentReplicas ?? 0);
}

/** The grace period counts from here, so that it is the time of the plan as long as that has one. */
function changedAt(
  state: string,
  { phase }: MemberRow,
  before: MemberStatus | undefined,
  now: number,
): string {
  if (phase.name === 'lost' || phase.name === 'excluded') return instant(phase.since);
  return before?.state === state && before.lastStatusChangeTime !== undefined
    ? before.lastStatusChangeTime
    : instant(now);
}

function progressTime(current: number, before: MemberStatus | undefined, now: number): string | undefined {
  if (before === undefined) return current === 0 ? undefined : instant(now);
  return before.currentReplicas === current ? before.lastScalingProgressTime : instant(now);
}

function withoutUndefined(status: MemberStatus): MemberStatus {
  return Object.fromEntries(
    Object.entries(status).filter(([, value]) => value !== undefined),
  ) as unknown as MemberStatus;
}
