import { binary } from '../bed/index.ts';
import { setup as setupClusters } from '../e2e/global-setup.ts';

/** Six minutes where nothing is cached and two cores are idle. */
const buildMs = 40 * 60_000;

/** Also KEDA. */
export async function setup(): Promise<() => Promise<void>> {
  await binary('keda-operator', { signal: AbortSignal.timeout(buildMs) });
  return setupClusters();
}
