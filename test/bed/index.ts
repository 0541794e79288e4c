/** The bed: real Kubernetes control planes as processes, for tests, demo and benchmarks. */
export { Bed, type BedOptions } from './bed.ts';
export { binary, type BinaryName } from './builds/binaries.ts';
export type { BuildOptions, GoBuild } from './builds/go-build.ts';
export { GoUnavailableError } from './builds/go-command.ts';
export {
  clusterProfileCrdFile,
  kedaConfigDirectory,
  knativeManifestDirectories,
  knativeOperatorChart,
} from './builds/module-files.ts';
export type { ApiCall } from './cluster/api-call.ts';
export type { Cluster, ClusterOptions } from './cluster/cluster.ts';
export { freePort } from './cluster/free-port.ts';
export type { ComponentName } from './cluster/component-flags.ts';
export { kubeconfigYaml, type KubeconfigContent, type KubeconfigUser } from './cluster/kubeconfig.ts';
export type { ServiceAccountToken, TokenRequest } from './cluster/service-account-token.ts';
export { kubectl } from './kubectl.ts';
export { createAuthority, issueCertificate, type Authority, type KeyPair } from './pki/index.ts';
export { waitFor, type Saw, type WaitOptions } from './wait-for.ts';
