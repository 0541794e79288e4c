import { filesBelow, keepGenerated } from './generated-files.ts';
import { referenceFiles } from './reference/pages.ts';

const folder = 'docs/reference/';

/** Writes the reference from the source; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const files = [...(await referenceFiles())].map(([name, text]) => [folder + name, text] as const);
  const present = (await filesBelow(folder)).filter((path) => path.endsWith('.md'));
  return keepGenerated({ wanted: new Map(files), present, command: 'npm run reference' }, options);
}

process.exitCode = await main(process.argv.slice(2));
