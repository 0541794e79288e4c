export type { DeepReadonly } from './deep-readonly.ts';
export { formatGoDuration, parseGoDuration } from './go-duration.ts';
export * from './interned.ts';
export * from './is-record.ts';
export * from './keda-kedify-io/index.ts';
export * from './object.ts';
export * from './operator-knative-dev/index.ts';
export type { Problem } from './parse-resource.ts';
export * from './reasons.ts';
