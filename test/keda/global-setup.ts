import { binary } from '../bed/index.ts';
import { setup as setupClusters } from '../e2e/global-setup.ts';

/** Also KEDA. */
export async function setup(): Promise<() => Promise<void>> {
  await binary('keda-operator');
  return setupClusters();
}
