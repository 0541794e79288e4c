/** What tests, demo and benchmarks play on: a hub, spokes with profiles, operators. */
export { accountKubeconfig } from './account-kubeconfig.ts';
export { addOnsAtHand } from './add-ons-at-hand.ts';
export { type AuditEntry, AuditLog, isByOperator, isWrite, requestLine } from './audit-log.ts';
export { ChartRelease, chartUser } from './chart-release.ts';
export { clusterClient } from './cluster-client.ts';
export { CommandLine, type CommandLineOptions, type Ran } from './command-line.ts';
export {
  deployment,
  Distributed,
  distributedObject,
  registerMembers,
  rowOf,
  type Rows,
  startSpreading,
  statefulSet,
} from './distributed-workload.ts';
export {
  comparable,
  contentsOf,
  deliveredObjects,
  deliveredPlaces,
  isDefinition,
  leftBehind,
  nothingUnlistable,
  placeOf,
  waitForRollouts,
} from './delivered-objects.ts';
export type { Ground, Site } from './ground.ts';
export {
  builtinProviders,
  Fleet,
  type FleetOptions,
  type RunningOperator,
  type Spoke,
  type StartOptions,
} from './fleet.ts';
export {
  clusterProfileStatus,
  conditionOf,
  conditionsOf,
  defaultProvider,
  fleetNamespace,
  knativeServing,
  kubeconfigSecret,
  type ProfileOptions,
  type ServingOptions,
} from './objects.ts';
export { CountHistory } from './count-history.ts';
export { type ExpectedCondition, Installation } from './installation.ts';
export { KnownSecrets } from './known-secrets.ts';
export { minimalDefinition } from './minimal-definition.ts';
export {
  memberKubeconfig,
  memberManifests,
  memberSecret,
  prepareMember,
  refuseWrites,
  registerMember,
  renewMemberToken,
} from './member.ts';
export {
  clustersOf,
  configuration,
  memberEvents,
  memberStatuses,
  waitForMember,
  waitForMemberEvent,
  waitForNoMember,
} from './member-statuses.ts';
export { MemberStates } from './member-states.ts';
export { Metric } from './metric.ts';
export { metricValue, waitForReads } from './metric-value.ts';
export { type LogLine, OperatorProcess, type OperatorProcessOptions } from './operator-process.ts';
export { ReaderShell, type ReaderOptions } from './reader-shell.ts';
export {
  createAsReference,
  installAsReference,
  type ReferenceInstallation,
  type ReferenceOptions,
  renderOffline,
} from './reference-installation.ts';
export { neighbouringReleases } from './releases-at-hand.ts';
export { type PluginRun, ScriptedPlugin } from './scripted-plugin.ts';
export { setSchedulable } from './set-schedulable.ts';
export { SimulatedSpokes, type SimulatedSpokesOptions } from './simulated-spokes.ts';
export { StatusHistory } from './status-history.ts';
