export type {
  DistributedScaledObjectSpec,
  DistributedScaledObjectStatus,
} from './distributed-scaled-object.ts';
export type { DistributedScaledObject } from './parse.ts';
