export { anchorName, AnchorNameTooLong, type DeliveryOwner } from './anchor.ts';
export { countDrift } from './count-drift.ts';
export * from './deliverer.ts';
export type { ContestedObject, DeliveryReport, UnwatchedResource } from './delivery-report.ts';
export * from './delivery-error.ts';
export { underEither } from './either-signal.ts';
export * from './delivery-observer.ts';
export * from './delivery-set.ts';
export { contentHash } from './hash.ts';
export { describeIdentity, identityOf, type ObjectIdentity } from './identity.ts';
export {
  inspectDelivery,
  type InspectDeliveryOptions,
  type InspectedDelivery,
  type InspectedObject,
} from './inspect-delivery.ts';
export { previewDelivery, type PreviewedObject, type PreviewOptions } from './preview-delivery.ts';
export { StillTerminating } from './remove-objects.ts';
export type { Drift } from './plan.ts';
export { asRendered } from './prepared-set.ts';
export type { Rollout } from './rollout.ts';
export { objectsOfSet } from './set-objects.ts';
export { unfinishedWorkloads, type UnfinishedOptions } from './unfinished-workloads.ts';
export type { YieldedFields } from './yielded-fields.ts';
