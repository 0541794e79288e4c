import { binary } from './builds/binaries.ts';

/** Vitest's global setup of what needs clusters: builds before the first test starts, so that no test's time includes it. */
export async function setup(): Promise<void> {
  await binary('kube-apiserver');
}
