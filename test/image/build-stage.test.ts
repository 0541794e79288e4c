import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { buildAll } from '../../scripts/build.ts';
import { buildStage, stagesOfDockerfile } from './image.ts';

test('what .dockerignore lets through is enough to build, and gives the same bytes in another place at another time', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wheelwright-build-'));
  try {
    const context = await buildStage(directory);
    await buildAll(join(directory, 'dist'), { interpreter: '/nodejs/bin/node' });
    const [there, here] = await Promise.all([sums(join(context, 'dist')), sums(join(directory, 'dist'))]);
    expect(there).toEqual(here);
    const [program] = (await stagesOfDockerfile()).slice(-1);
    const copied = program?.instructions.flatMap(({ words }) => words) ?? [];
    const left = [...here.keys()].filter((file) => !copied.includes(`/build/dist/${file}`));
    // What the program loads from beside it is in its image; the names of a kubectl plugin are not.
    expect(left).toEqual([
      'kubectl-wheelwright',
      'kubectl_complete-wheelwright',
      'plugins/kubeconfig-secretreader-plugin',
      'plugins/secretreader-plugin',
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

async function sums(directory: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.toSorted().map(async (file) => {
        const sum = createHash('sha256')
          .update(await readFile(file))
          .digest('hex');
        return [relative(directory, file), sum] as const;
      }),
    ),
  );
}
