import { binary } from '../bed/index.ts';
import { setup as setupClusters } from '../e2e/global-setup.ts';

/** Also the credential plugins that SIG Multicluster publishes. */
export async function setup(): Promise<() => Promise<void>> {
  await binary('secretreader');
  await binary('kubeconfig-secretreader');
  return setupClusters();
}
