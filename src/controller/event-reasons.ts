import { type ReasonName, reasons } from '../api/index.ts';

export type EventType = 'Normal' | 'Warning';

/**
 * Reasons that only events have: news which no condition or finding tells. A Warning is something that a person may have to
 * act on. Names are API: added, never renamed.
 */
export const newsReasons = {
  /** The name that knative/operator gives it. */
  FinalizerUpdate: 'Normal',
  Installed: 'Normal',
  Ready: 'Normal',
  Pruned: 'Normal',
  ClusterProfileOdd: 'Warning',
  SpokeUnreachable: 'Warning',
  SpokeRecovered: 'Normal',
  UpgradeFinished: 'Normal',
  MultiClusterNameCollision: 'Warning',
  MemberRegistered: 'Normal',
  MemberRemoved: 'Normal',
  MemberUnreachable: 'Warning',
  MemberRecovered: 'Normal',
  MemberCredentialsExpiring: 'Warning',
  MemberNotReady: 'Warning',
  MemberExcluded: 'Warning',
  MemberAboveShare: 'Warning',
  MemberSoftTainted: 'Normal',
  MemberHardTainted: 'Warning',
  AllMembersDown: 'Warning',
  ReplicasRebalanced: 'Normal',
  RebalanceStep: 'Normal',
  RebalanceRecovered: 'Normal',
  ScaledObjectCreated: 'Normal',
  ScaleFailed: 'Warning',
  JobCreated: 'Normal',
  JobStuck: 'Warning',
  JobFailedOver: 'Warning',
} as const satisfies Record<string, EventType>;

export type EventReason = ReasonName | keyof typeof newsReasons;

export function eventType(reason: EventReason): EventType {
  if (isShared(reason)) return reasons[reason].level === 'info' ? 'Normal' : 'Warning';
  return newsReasons[reason];
}

function isShared(reason: EventReason): reason is ReasonName {
  return Object.hasOwn(reasons, reason);
}
