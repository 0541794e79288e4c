import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

export interface GeneratedFiles {
  /** Text by path, from the root of the project. */
  readonly wanted: ReadonlyMap<string, string>;
  /** Files that are there where all files are generated; those that are not wanted stood for something which is there no more. */
  readonly present: readonly string[];
  /** What writes them: `npm run chart`. */
  readonly command: string;
}

/** Writes what is stale; with `--check` only says what is, and gives 1. */
export async function keepGenerated(
  { wanted, present, command }: GeneratedFiles,
  options: readonly string[],
): Promise<number> {
  const stale: string[] = [];
  for (const [path, text] of wanted) if ((await textOf(path)) !== text) stale.push(path);
  const orphaned = present.filter((path) => !wanted.has(path));
  if (options.includes('--check')) {
    for (const path of [...stale, ...orphaned]) process.stderr.write(`${path} is stale: run '${command}'\n`);
    return stale.length + orphaned.length === 0 ? 0 : 1;
  }
  for (const path of orphaned) {
    await rm(new URL(path, root));
    process.stdout.write(`removed ${path}\n`);
  }
  for (const path of stale) {
    const file = new URL(path, root);
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, wanted.get(path) ?? '');
    process.stdout.write(`wrote ${path}\n`);
  }
  return 0;
}

/** The text of a file of the project; undefined where there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  return readFile(new URL(path, root), 'utf8').catch(() => undefined);
}

/** Paths of all files below a folder of the project; none where there is no folder. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(new URL(folder, root), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(fileURLToPath(root), join(entry.parentPath, entry.name)));
}
