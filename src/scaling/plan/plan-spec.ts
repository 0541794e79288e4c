import type { ApportionmentMethod } from '../apportion/claimant.ts';

/** What a DistributedScaledObject asks for, with every default filled in. Times are in milliseconds. */
export interface PlanSpec {
  /** Namespace of the workload on members that name none. */
  readonly namespace: string;
  /** How many replicas there shall be. */
  readonly total: number;
  /** Empty: every registered member, with equal weights. */
  readonly members: readonly ListedMember[];
  readonly policy: RebalancingPolicy;
  readonly strategy: 'weighted' | 'priority' | 'spillover';
  readonly method: ApportionmentMethod;
}

/** A member as the spec lists it. */
export interface ListedMember {
  readonly name: string;
  readonly namespace: string;
  readonly weight: number;
  readonly least: number;
  /** Infinity for no limit. */
  readonly most: number;
  readonly priority: number;
}

export interface RebalancingPolicy {
  /** A member may be out of reach for so long before others take over. */
  readonly gracePeriod: number;
  /** Of the total, how much one step of an outage or a return moves; from 0, which moves nothing, to 100. */
  readonly maxRebalancePercentage: number;
  /** A member must be back for so long before anything moves there. */
  readonly recoveryStabilization: number;
  /** Replicas may fail to become ready for so long before others take them over; undefined: for ever. */
  readonly slowProgressDeadline: number | undefined;
  /** Members of weight 0 take over where no other is left. */
  readonly ignoreZeroWeightOnOutage: boolean;
  readonly onWhitelistRemoval: 'ScaleToZero' | 'Release';
}
