import type { Answer } from '../../hub/answer.ts';
import type { FleetMember, UnreadSource } from '../../hub/fleet-members.ts';
import type { CheckedObject } from './checked-object.ts';

/** What checks of members and the workloads that are spread over them judge by; all of it is on the hub. */
export interface ScalingFacts {
  /** As the operator tells of them. */
  readonly members: readonly FleetMember[];
  /** Where others come from that it does not know. */
  readonly unread: readonly UnreadSource[];
  readonly objects: readonly CheckedObject[];
  /** Undefined where the hub does not serve KEDA's kinds: then the operator evaluates triggers itself. */
  readonly keda: Answer<KedaFacts | undefined>;
  readonly metricsService: Answer<MetricsService | undefined>;
  /** All of the hub, whatever they scale. */
  readonly autoscalers: Answer<readonly Autoscaler[]>;
  /** What triggers read on the hub, as far as it is known by its name. */
  readonly triggerObjects: Answer<readonly TriggerObject[]>;
}

export interface KedaFacts {
  /** Undefined where no Deployment says it. */
  readonly version: string | undefined;
  /** Its ScaledObjects that have the name of a DistributedScaledObject. */
  readonly children: readonly ScaledObjectChild[];
  /** What ScaledObjects scale that have nothing to do with a DistributedScaledObject. */
  readonly others: readonly Scaler[];
}

/** Something that scales a workload. */
export interface Scaler {
  /** `HorizontalPodAutoscaler 'checkout'`. */
  readonly what: string;
  readonly namespace: string;
  /** `Deployment/checkout`. */
  readonly target: string;
}

export interface TriggerObject {
  /** `namespace/name` of the DistributedScaledObject. */
  readonly object: string;
  /** `key 'value' of ConfigMap shop/load`. */
  readonly what: string;
  readonly isThere: boolean;
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
  readonly namespace: string;
  readonly name: string;
  readonly target: { readonly kind: string; readonly name: string };
  /** The condition ScalingActive. */
  readonly active: 'True' | 'False' | 'Unknown';
  readonly reason: string | undefined;
  readonly message: string | undefined;
}
