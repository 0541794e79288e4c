import { readdir } from 'node:fs/promises';
import { keepGenerated } from './generated-files.ts';
import { referenceFiles } from './reference/pages.ts';

const folder = 'docs/reference/';

/** Writes the reference from the source; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const files = [...(await referenceFiles())].map(([name, text]) => [folder + name, text] as const);
  const wanted = new Map(files);
  const present = await readdir(new URL(`../${folder}`, import.meta.url), { recursive: true }).catch(
    () => [],
  );
  const orphaned = present
    .filter((name) => name.endsWith('.md') && !wanted.has(folder + name))
    .map((name) => folder + name);
  return keepGenerated({ wanted, orphaned, command: 'npm run reference' }, options);
}

process.exitCode = await main(process.argv.slice(2));
