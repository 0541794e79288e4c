export type { CommonSpec, WorkloadOverride } from './common-spec.ts';
export type { DeepReadonly } from './deep-readonly.ts';
export { knativeEventing, type KnativeEventingSpec } from './knative-eventing.ts';
export { knativeServing, type KnativeServingSpec } from './knative-serving.ts';
export {
  type KnativeResource,
  type KnativeStatus,
  parseKnativeEventing,
  parseKnativeServing,
  type Parsed,
  type Problem,
} from './parse.ts';
