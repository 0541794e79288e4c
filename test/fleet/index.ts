/** What tests, demo and benchmarks play on: a hub, spokes with profiles, operators. */
export { clusterClient } from './cluster-client.ts';
export {
  builtinProviders,
  Fleet,
  type FleetOptions,
  type RunningOperator,
  type Spoke,
  type StartOptions,
} from './fleet.ts';
export {
  clusterProfile,
  clusterProfileStatus,
  conditionOf,
  defaultProvider,
  fleetNamespace,
  knativeServing,
  kubeconfigSecret,
  type ProfileOptions,
  type ServingOptions,
} from './objects.ts';
export { type LogLine, OperatorProcess, type OperatorProcessOptions } from './operator-process.ts';
