import { readFile, writeFile } from 'node:fs/promises';
import { operatorFlags } from '../src/operator/index.ts';
import { flagsTable } from './flags-table.ts';

const file = new URL('../README.md', import.meta.url);

/** Between these lines of README.md the flags of the operator stand. */
const markers = { begin: '<!-- flags: written by npm run readme -->', end: '<!-- end of flags -->' };

/** Writes the flags into README.md; with `--check` only says whether they are stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const text = await readFile(file, 'utf8');
  const begin = text.indexOf(markers.begin);
  const end = text.indexOf(markers.end);
  if (begin < 0 || end < begin)
    throw new Error(`README.md must have '${markers.begin}' and then '${markers.end}'`);
  const wanted = `${text.slice(0, begin)}${markers.begin}\n${flagsTable(operatorFlags)}\n${text.slice(end)}`;
  if (wanted === text) return 0;
  if (options.includes('--check')) {
    process.stderr.write("the flags in README.md are stale: run 'npm run readme'\n");
    return 1;
  }
  await writeFile(file, wanted);
  process.stdout.write('wrote README.md\n');
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
