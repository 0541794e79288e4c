import { binary } from '../bed/index.ts';
import { setup as setupClusters } from '../e2e/global-setup.ts';

/** Also the credential plugins that SIG Multicluster publishes, and Prometheus. */
export async function setup(): Promise<() => Promise<void>> {
  await binary('secretreader');
  await binary('kubeconfig-secretreader');
  await binary('prometheus');
  return setupClusters();
}
