import { cp, glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';
import type { Stage } from './stage.ts';
import { substituted } from './substitutions.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What stands under this heading is for the end. */
export const end = 'Take it back';

/** Puts the folders that commands name where the reader of a stage is. */
export function bringExamples(stage: Stage): void {
  beforeAll(async () => {
    const { directory } = stage.shell;
    for (const each of ['examples', 'docs/rbac'])
      await cp(join(root, each), join(directory, each), { recursive: true });
    for await (const file of glob(join(directory, 'examples/**/*.yaml')))
      await writeFile(file, await substituted(await readFile(file, 'utf8')));
  });
}
