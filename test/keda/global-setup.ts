import { binary } from '../bed/index.ts';
import { setup as setupClusters } from '../e2e/global-setup.ts';
import { areGuidesAtHand, directoryOfGuides, guideTests } from './guides.ts';

/** Also KEDA. What is left out is told, because a run that has fewer files looks like any other. */
export async function setup(): Promise<() => Promise<void>> {
  if (!areGuidesAtHand)
    process.stderr.write(
      `${guideTests} (ABSENT: nothing is checked): there are no guides in ${directoryOfGuides}\n`,
    );
  await binary('keda-operator');
  return setupClusters();
}
