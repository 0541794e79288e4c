import type { ConditionType } from '../condition-type.ts';

/** Conditions of a DistributedScaledObject. */
export const scalingConditionTypes = {
  Ready: {
    whenTrue: 'The total is served, by all members or by those that answer.',
    whenFalse: 'The total is not served as the object asks, or nobody knows.',
  },
  ScaledObjectActive: {
    whenTrue: 'A trigger asks for replicas.',
    whenFalse: 'No trigger asks for replicas.',
    absent: 'Nobody evaluates the triggers.',
  },
  Paused: {
    whenTrue: 'An annotation stops scaling, or one direction of it.',
    whenFalse: 'Scaling is not paused.',
    absent: 'Nobody evaluates the triggers.',
  },
  ScaledObjectFallback: {
    whenTrue: 'Triggers fail, and the fallback gives the total.',
    whenFalse: 'No fallback is in force.',
    absent: 'The object has no fallback, or nobody evaluates the triggers.',
  },
  Rebalancing: {
    whenTrue: 'Replicas move because of an outage or a return.',
    whenFalse: 'Nothing moves because of an outage or a return.',
  },
  TargetClusterResolved: {
    whenTrue: 'Every ClusterProfile among the members leads to a cluster.',
    whenFalse: 'A ClusterProfile among the members leads to no cluster; the message says which and why.',
    absent: 'No member is a ClusterProfile.',
  },
  AnnotationsFull: {
    whenTrue: 'The annotations have no room for all that a restart must know.',
    absent: 'They have room.',
  },
  CapacityLimited: {
    whenTrue: 'A part of the total runs nowhere, because members are at their maxReplicas.',
    absent: 'Every replica has a place.',
  },
  MinReplicasUnsatisfied: {
    whenTrue: 'The total does not reach for the minReplicas of all members.',
    absent: 'It reaches.',
  },
} as const satisfies Record<string, ConditionType>;

export type ScalingConditionType = keyof typeof scalingConditionTypes;

/**
 * Reasons of these conditions that have no code, because nothing is wrong. Those that KEDA gives the conditions of its
 * ScaledObject come beside them.
 */
export const calmScalingReasons = {
  Balanced: 'Nothing moves because of an outage or a return.',
  Outage: 'Others take over from a member that does not answer.',
  Recovery: 'Replicas go back to a member that is there again.',
  Resolved: 'Every ClusterProfile leads to a cluster.',
  ScaledObjectReady: 'Triggers are evaluated, and the total follows them.',
  ScalerActive: 'A trigger asks for replicas.',
  ScalerNotActive: 'No trigger asks for replicas.',
  ScalerCooldown: 'No trigger asks for replicas any more, and the cooldown has not passed.',
  ScaledObjectUnpaused: 'Scaling is not paused.',
  NoFallbackFound: 'No fallback is in force.',
  UnknownState: 'Triggers have not been evaluated yet, or are not while scaling is paused.',
} as const satisfies Record<string, string>;
