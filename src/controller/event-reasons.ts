import type { ReasonName } from '../api/index.ts';

export type EventType = 'Normal' | 'Warning';

/** A Warning is something that a person may have to act on, and says how. */
export type NewsReason =
  | { readonly type: 'Normal'; readonly meaning: string }
  | { readonly type: 'Warning'; readonly meaning: string; readonly fix: string };

/**
 * Reasons that only events have: news which no condition or finding tells. Names are API: added, never renamed. Those of
 * DistributedScaledJobs are there before their controller is.
 */
export const newsReasons = {
  /** The name that knative/operator gives it. */
  FinalizerUpdate: {
    type: 'Normal',
    meaning: 'The finalizer of the object was added or removed.',
  },
  Installed: { type: 'Normal', meaning: 'A version of Knative is installed for the first time.' },
  Ready: { type: 'Normal', meaning: 'Everything of the installation is ready.' },
  Pruned: { type: 'Normal', meaning: 'Objects that are wanted no more were removed from the cluster.' },
  ClusterProfileOdd: {
    type: 'Warning',
    meaning: 'Something about a ClusterProfile that is in use is odd, although it stops nothing.',
    fix: 'Mend what the note names in the ClusterProfile, or have its cluster manager mend it.',
  },
  SpokeUnreachable: {
    type: 'Warning',
    meaning: 'The target cluster was reached before, and is not now; what is installed there goes on.',
    fix: 'Run `wheelwright check --on CLUSTER`. Work goes on as soon as the cluster answers.',
  },
  SpokeRecovered: { type: 'Normal', meaning: 'The target cluster is reached again.' },
  UpgradeFinished: { type: 'Normal', meaning: 'The installation went from one version to another.' },
  MultiClusterNameCollision: {
    type: 'Warning',
    meaning: 'Two members have the same name; objects that use it may mean either.',
    fix: 'Register one of them by another name, or use canonical ids in spec.memberClusters.',
  },
  MemberRegistered: { type: 'Normal', meaning: 'A cluster became a member.' },
  MemberRemoved: { type: 'Normal', meaning: 'A cluster is a member no more.' },
  MemberUnreachable: {
    type: 'Warning',
    meaning: 'A member that is registered cannot be used.',
    fix: 'Run `wheelwright check --on member/NAME`; the note says what failed.',
  },
  MemberRecovered: { type: 'Normal', meaning: 'A member answers again.' },
  MemberCredentialsExpiring: {
    type: 'Warning',
    meaning: 'The credential for a member ends soon, and nobody has renewed it.',
    fix: 'Renew it at its source: repeat `wheelwright members add`, or replace the kubeconfig in its Secret.',
  },
  MemberNotReady: {
    type: 'Warning',
    meaning: 'A member of the object does not answer, or does not have the workload.',
    fix: 'The note says which. Others take over once the grace period is over.',
  },
  MemberExcluded: {
    type: 'Warning',
    meaning: 'A member failed for longer than the grace period, and gets no replicas until it is back.',
    fix: 'Bring the member back; its share returns by itself.',
  },
  MemberAboveShare: {
    type: 'Warning',
    meaning: 'A member ran more replicas than its share when it was first seen; the rest was removed there.',
    fix: 'If the load needs them, raise minReplicaCount of the object: its total did not count them.',
  },
  MemberSoftTainted: { type: 'Normal', meaning: 'A member takes new Jobs only where no other does.' },
  MemberHardTainted: {
    type: 'Warning',
    meaning: 'A member takes no new Jobs of some class.',
    fix: 'Look why Jobs get stuck there; the note names the class.',
  },
  AllMembersDown: {
    type: 'Warning',
    meaning: 'No member of the object answers, so that nothing can be moved; what runs there goes on.',
    fix: 'Look at the network of the hub first, then at each member with `wheelwright check`.',
  },
  ReplicasRebalanced: { type: 'Normal', meaning: 'Others took over all replicas of an excluded member.' },
  RebalanceStep: {
    type: 'Normal',
    meaning: 'Some replicas moved away from an excluded member, or back to one that returned.',
  },
  RebalanceRecovered: { type: 'Normal', meaning: 'A member that returned has its whole share again.' },
  ScaledObjectCreated: { type: 'Normal', meaning: 'The object has its ScaledObject of KEDA now.' },
  ScaleFailed: {
    type: 'Warning',
    meaning: 'A number could not be written to a member.',
    fix: 'The note has the answer of the member: grant update on the scale subresource, or mend what refuses.',
  },
  JobCreated: { type: 'Normal', meaning: 'A Job was created on a member.' },
  JobStuck: {
    type: 'Warning',
    meaning: 'A Job on a member does not begin.',
    fix: 'Look at its pods on that member; the note names the Job.',
  },
  JobFailedOver: {
    type: 'Warning',
    meaning: 'A Job was begun anew on another member.',
    fix: 'Look at the member that the note names.',
  },
} as const satisfies Record<string, NewsReason>;

/** Reasons with a code that events have too; each of them is a Warning. */
export const toldReasons = [
  'AddOnUnmaintained',
  'AllWeightsZero',
  'AnnotationUnknown',
  'AnnotationsFull',
  'CapacityLimited',
  'ClusterTooOld',
  'ConfigUnknown',
  'DeliveryAbandoned',
  'DriftMended',
  'DriftReported',
  'DuplicateMember',
  'FieldNotImplemented',
  'FinalizeBlocked',
  'ForeignFieldLeft',
  'ForeignScaler',
  'InstallationOrphaned',
  'InvalidSpec',
  'KEDAUnavailable',
  'MemberOrphaned',
  'MinReplicasUnsatisfied',
  'NamespaceIgnored',
  'NoEligibleMembers',
  'NoHealthyMembers',
  'NotReady',
  'OverrideUnmatched',
  'PlanStateUnreadable',
  'ProviderFileInvalid',
  'ReferenceRetargeted',
  'RestoreAbandoned',
  'ScaleContention',
  'ScaleTargetConflict',
  'ScaledObjectConflict',
  'SuspectedHubPartition',
  'TargetReplicasOverwritten',
  'TriggerError',
  'UnsupportedTrigger',
  'VersionUnavailable',
] as const satisfies readonly ReasonName[];

export type EventReason = (typeof toldReasons)[number] | keyof typeof newsReasons;

export function eventType(reason: EventReason): EventType {
  return isNews(reason) ? newsReasons[reason].type : 'Warning';
}

function isNews(reason: EventReason): reason is keyof typeof newsReasons {
  return Object.hasOwn(newsReasons, reason);
}
