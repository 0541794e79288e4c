import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../../scripts/build.ts';
import { binary } from '../bed/index.ts';

/**
 * Builds what tests start, before the first of them: the control planes and Helm, so that no test's time includes them, and the
 * program as it is shipped, which OperatorProcess finds in the environment.
 */
export async function setup(): Promise<() => Promise<void>> {
  await binary('kube-apiserver');
  await binary('helm');
  const directory = await mkdtemp(join(tmpdir(), 'wheelwright-e2e-'));
  await buildAll(directory);
  process.env['WHEELWRIGHT_PROGRAM'] = join(directory, 'wheelwright');
  return () => rm(directory, { recursive: true, force: true });
}
