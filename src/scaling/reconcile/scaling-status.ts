import type { DistributedScaledObjectStatus, KubeObject } from '../../api/index.ts';
import type { Conditions } from '../../controller/index.ts';
import type { MemberStatuses } from './member-statuses.ts';

export interface ScalingStatusInput {
  readonly object: KubeObject;
  readonly conditions: Conditions;
  readonly members: MemberStatuses;
  readonly healthy: number;
  readonly all: number;
  readonly total: number;
  /** What autoscalers are told. */
  readonly currentReplicas: number;
}

/** No pod carries it: an autoscaler that looked for pods on the hub would find those of somebody else. */
export function selectorOf({ uid = '' }: KubeObject['metadata']): string {
  return `keda.kedify.io/dso-uid=${uid}`;
}

/** The whole status, made from the one there is, so that fields that are not known here stay in it. */
export function scalingStatus(input: ScalingStatusInput): Readonly<Record<string, unknown>> {
  const { object, conditions, members, healthy, all, total, currentReplicas } = input;
  const running = Object.values(members).reduce((sum, { currentReplicas }) => sum + currentReplicas, 0);
  return {
    ...statusOf(object),
    conditions,
    memberClusterStatuses: members,
    membersHealthyCount: healthy,
    membersTotalCount: all,
    totalCurrentReplicas: currentReplicas,
    selector: selectorOf(object.metadata),
    print: { totalReplicas: `${running}/${total}`, membersCount: `${healthy}/${all}` },
  };
}

export function statusOf(object: Readonly<Record<string, unknown>>): Partial<DistributedScaledObjectStatus> {
  const status = object['status'] as Partial<DistributedScaledObjectStatus> | undefined;
  return status ?? {};
}

/** What people and alarms wait for, unlike numbers on their way: it is written at once. */
export function tellsOfState(
  before: Partial<DistributedScaledObjectStatus>,
  after: Partial<DistributedScaledObjectStatus>,
): boolean {
  return outline(before) !== outline(after);
}

function outline(status: Partial<DistributedScaledObjectStatus>): string {
  const { selector, conditions = [], memberClusterStatuses = {}, membersHealthyCount } = status;
  return JSON.stringify([
    selector,
    membersHealthyCount,
    conditions.map(({ type, status, reason }) => [type, status, reason]),
    Object.entries(memberClusterStatuses)
      .map(([name, { state, excluded }]) => `${name} ${state} ${excluded}`)
      .toSorted(),
  ]);
}
