import type { MemberRegistry } from '../../clusters/index.ts';
import type { EventRecorder, Metrics, TokenBucket } from '../../controller/index.ts';
import type { Clock, KubeClient } from '../../kube/index.ts';
import type { ScalingEngine } from '../engine/scaling-engine.ts';
import type { ScaleWriters } from '../workload/scale-writers.ts';
import type { WorkloadObserver } from '../workload/workload-observer.ts';
import type { HubRivals } from './hub-rivals.ts';
import type { WorkloadFromHub } from '../delivery-from-hub/workload-from-hub.ts';
import type { RecentNotices } from './recent-notices.ts';
import type { TargetClaims } from './target-claims.ts';

/** What passes over DistributedScaledObjects work with; made once. */
export interface ScalingServices {
  readonly hub: KubeClient;
  readonly members: MemberRegistry;
  readonly workloads: WorkloadObserver;
  readonly writers: ScaleWriters;
  readonly engine: ScalingEngine;
  readonly fromHub: WorkloadFromHub;
  readonly rivals: HubRivals;
  readonly claims: TargetClaims;
  readonly events: EventRecorder;
  readonly notices: RecentNotices;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What plans take for now, in milliseconds since 1970; it does not jump. */
  readonly now: () => number;
  /** Under which workloads on members are written; another hub has another one. */
  readonly fieldManager: string;
  /** Moves of all objects together, so that a dead member of a thousand objects does not move everything at once. */
  readonly moves: TokenBucket;
}
