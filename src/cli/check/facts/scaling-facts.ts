import type { Answer } from '../../hub/answer.ts';
import type { FleetMember } from '../../hub/fleet-members.ts';
import type { ScaledObject } from '../../hub/scaled-object.ts';

/** What checks of members and the workloads that are spread over them judge by; all of it is on the hub. */
export interface ScalingFacts {
  /** As the operator tells of them. */
  readonly members: readonly FleetMember[];
  readonly objects: readonly ScaledObject[];
  /** Undefined where the hub does not serve KEDA's kinds: then the operator evaluates triggers itself. */
  readonly keda: Answer<KedaFacts | undefined>;
  readonly metricsService: Answer<MetricsService | undefined>;
  /** Of DistributedScaledObjects. */
  readonly autoscalers: Answer<readonly Autoscaler[]>;
}

export interface KedaFacts {
  /** Undefined where no Deployment says it. */
  readonly version: string | undefined;
  /** Its ScaledObjects that have the name of a DistributedScaledObject. */
  readonly children: readonly ScaledObjectChild[];
}

export interface ScaledObjectChild {
  /** `namespace/name`. */
  readonly key: string;
  /** The DistributedScaledObject of its name owns it. */
  readonly isOwned: boolean;
}

/** Who serves external metrics to HorizontalPodAutoscalers. */
export interface MetricsService {
  readonly service: string | undefined;
  readonly isAvailable: boolean;
  readonly message: string | undefined;
}

export interface Autoscaler {
  /** `namespace/name` of the DistributedScaledObject. */
  readonly object: string;
  readonly name: string;
  /** The condition ScalingActive. */
  readonly active: 'True' | 'False' | 'Unknown';
  readonly reason: string | undefined;
  readonly message: string | undefined;
}
