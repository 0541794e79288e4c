import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  crdFile,
  type CrdFile,
  folderWithoutKeda,
  kindsWithoutKeda,
  servedKinds,
} from '../src/api/crd/index.ts';

const folder = new URL('../crds/', import.meta.url);

/** Writes the CustomResourceDefinitions into `crds`; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const stale = await staleFiles([
    ...servedKinds.map(crdFile),
    ...kindsWithoutKeda
      .map(crdFile)
      .map(({ name, text }) => ({ name: `${folderWithoutKeda}/${name}`, text })),
  ]);
  if (options.includes('--check')) {
    for (const { name } of stale) process.stderr.write(`crds/${name} is stale: run 'npm run crds'\n`);
    return stale.length === 0 ? 0 : 1;
  }
  await mkdir(new URL(`${folderWithoutKeda}/`, folder), { recursive: true });
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
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const name = relative(fileURLToPath(folder), join(entry.parentPath, entry.name));
    present.set(name, await readFile(new URL(name, folder), 'utf8'));
  }
  const changed = wanted.filter(({ name, text }) => present.get(name) !== text);
  const orphaned = [...present.keys()].filter((name) => !wanted.some((file) => file.name === name));
  return [...changed, ...orphaned.map((name) => ({ name }))];
}

process.exitCode = await main(process.argv.slice(2));
