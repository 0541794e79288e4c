export { apportion } from './apportion/apportion.ts';
export { rebalancingSpec } from './reconcile/asked-scaling.ts';
export { knownState } from './reconcile/known-state.ts';
export { ScalingController, type ScalingControllerOptions } from './reconcile/scaling-controller.ts';
export { AutoEngine } from './engine/auto-engine.ts';
export { InsteadOfKeda, type InsteadOfKedaOptions } from './engine/instead-of-keda.ts';
export { BuiltinEngine, type BuiltinEngineOptions } from './engine/builtin/builtin-engine.ts';
export { KedaEngine, type KedaEngineOptions } from './engine/keda/keda-engine.ts';
export { scaledObjectKind } from './engine/scaled-object-kind.ts';
export {
  type ExternalScalerOptions,
  ExternalScalerServer,
} from './engine/builtin/external/external-scaler-server.ts';
export type {
  EngineHooks,
  EngineReport,
  FleetView,
  ScalingEngine,
  Verdict,
} from './engine/scaling-engine.ts';
export { type MemberReason, sayWhy } from './plan/member-reasons.ts';
export type { Observation, RegisteredMember } from './plan/observation.ts';
export { type Plan, plan } from './plan/plan.ts';
export { placeOf } from './plan/place.ts';
export type { ListedMember, PlanSpec } from './plan/plan-spec.ts';
export { readSpec } from './plan/read-spec.ts';
export { type Beginning, type Moment, simulate, type SimulatedEvent } from './simulator/simulate.ts';
