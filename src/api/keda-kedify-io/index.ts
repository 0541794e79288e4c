export type { ScalingConditionType } from './condition-types.ts';
export type {
  DistributedScaledObjectSpec,
  DistributedScaledObjectStatus,
} from './distributed-scaled-object.ts';
export { type DistributedScaledObject, parseDistributedScaledObject } from './parse.ts';
