export type { CommonSpec, WorkloadOverride } from './common-spec.ts';
export type { DeepReadonly } from './deep-readonly.ts';
export type { KnativeEventingSpec } from './knative-eventing.ts';
export type { KnativeServingSpec } from './knative-serving.ts';
export {
  type KnativeResource,
  type KnativeStatus,
  parseKnativeEventing,
  parseKnativeServing,
  type Parsed,
  type Problem,
} from './parse.ts';
