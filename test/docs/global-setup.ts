import { binary } from '../bed/index.ts';
import { setup as setupClusters } from '../e2e/global-setup.ts';

/** Also what pages start beside the operator: the credential plugin of kubeconfigs in Secrets, and KEDA. */
export async function setup(): Promise<() => Promise<void>> {
  await binary('kubeconfig-secretreader');
  await binary('keda-operator');
  return setupClusters();
}
