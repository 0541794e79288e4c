export type { CommonSpec, WorkloadOverride } from './common-spec.ts';
export { installationConditionTypes } from './condition-types.ts';
export { deprecatedFields } from './deprecated-fields.ts';
export type { KnativeEventingSpec } from './knative-eventing.ts';
export type { KnativeServingSpec } from './knative-serving.ts';
export {
  type KnativeResource,
  type KnativeStatus,
  parseKnativeEventing,
  parseKnativeServing,
  type Parsed,
} from './parse.ts';
