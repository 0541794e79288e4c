import type { ReasonName } from '../../api/index.ts';

/** Something about the object as a whole that somebody should know. */
export interface Finding {
  readonly reason: Extract<
    ReasonName,
    | 'AllWeightsZero'
    | 'AnnotationsFull'
    | 'CapacityLimited'
    | 'DuplicateMember'
    | 'MemberOrphaned'
    | 'MinReplicasUnsatisfied'
    | 'NoEligibleMembers'
    | 'NoHealthyMembers'
    | 'PlanStateUnreadable'
    | 'ReferenceRetargeted'
    | 'SuspectedHubPartition'
  >;
  readonly message: string;
}
