import { binary } from '../bed/index.ts';

/** Builds Helm and promtool before the first test, so that no test's time includes it. */
export async function setup(): Promise<void> {
  await binary('helm');
  await binary('promtool');
}
