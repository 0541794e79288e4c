import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bedModule, kedaModule, pluginsModule } from './binaries.ts';
import { goModuleDirectory } from './go-module.ts';

/** What the bed reads of the files that Go modules carry beside their code. */

/** kwok's Stages, which make simulated nodes ready and let simulated pods run, complete and be deleted at once. */
export async function kwokStageFiles(): Promise<readonly string[]> {
  const stages = join(await goModuleDirectory('sigs.k8s.io/kwok', bedModule), 'kustomize', 'stage');
  return [
    'node/fast/node-initialize.yaml',
    'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
    'pod/fast/pod-ready.yaml',
    'pod/fast/pod-complete.yaml',
    'pod/fast/pod-delete.yaml',
  ].map((file) => join(stages, file));
}

/** The CustomResourceDefinition of ClusterProfile as the SIG Multicluster publishes it. */
export async function clusterProfileCrdFile(): Promise<string> {
  const module = await goModuleDirectory('sigs.k8s.io/cluster-inventory-api', pluginsModule);
  return join(module, 'config', 'crd', 'bases', 'multicluster.x-k8s.io_clusterprofiles.yaml');
}

/** KEDA's own configuration: `crd/bases/*.yaml`, `rbac/*.yaml` and what else its installation is made of. */
export async function kedaConfigDirectory(): Promise<string> {
  return join(await goModuleDirectory('github.com/kedacore/keda/v2', kedaModule), 'config');
}

/** Serving and Eventing 1.12 to 1.15. */
const knativeOperator = 'knative.dev/operator@v0.42.2';
/** Newer releases, where a directory with them lies beside the checkout. */
const besideTheCheckout = join(bedModule, '..', '..', '..', 'shared', 'data', 'manifests');

/**
 * Directories with Knative's release manifests, laid out like the reference operator's kodata
 * (`knative-serving/1.15.2/*.yaml`, `ingress/1.15/kourier/*.yaml`); the one with the newest first.
 */
export async function knativeManifestDirectories(): Promise<readonly string[]> {
  const kodata = join(await goModuleDirectory(knativeOperator, bedModule), 'cmd', 'operator', 'kodata');
  return existsSync(besideTheCheckout) ? [besideTheCheckout, kodata] : [kodata];
}

/** The chart of knative/operator 1.15, with gaps that its release script fills. */
export async function knativeOperatorChart(): Promise<string> {
  return join(await goModuleDirectory(knativeOperator, bedModule), 'config', 'charts', 'knative-operator');
}
