import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { crdFile, type CrdFile, servedKinds } from '../src/api/crd/index.ts';

const folder = new URL('../crds/', import.meta.url);

/** Writes the CustomResourceDefinitions into `crds`; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const stale = await staleFiles(servedKinds.map(crdFile));
  if (options.includes('--check')) {
    for (const { name } of stale) process.stderr.write(`crds/${name} is stale: run 'npm run crds'\n`);
    return stale.length === 0 ? 0 : 1;
  }
  await mkdir(folder, { recursive: true });
  for (const { name, text } of stale) {
    const path = new URL(name, folder);
    await (text === undefined ? rm(path) : writeFile(path, text));
    process.stdout.write(`${text === undefined ? 'removed' : 'wrote'} crds/${name}\n`);
  }
  return 0;
}

/** Files whose text must change; without a text they belong to no kind any more. */
async function staleFiles(
  wanted: readonly CrdFile[],
): Promise<readonly { readonly name: string; readonly text?: string }[]> {
  const present = new Map<string, string>();
  for (const name of await readdir(folder).catch(() => [])) {
    present.set(name, await readFile(new URL(name, folder), 'utf8'));
  }
  const changed = wanted.filter(({ name, text }) => present.get(name) !== text);
  const orphaned = [...present.keys()].filter((name) => !wanted.some((file) => file.name === name));
  return [...changed, ...orphaned.map((name) => ({ name }))];
}

process.exitCode = await main(process.argv.slice(2));
