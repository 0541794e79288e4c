import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';

const root = new URL('../', import.meta.url);

export interface GeneratedFiles {
  /** Text by path, from the root of the project. */
  readonly wanted: ReadonlyMap<string, string>;
  /** Files that stood for something which is there no more. */
  readonly orphaned: readonly string[];
  /** What writes them: `npm run chart`. */
  readonly command: string;
}

/** Writes what is stale; with `--check` only says what is, and gives 1. */
export async function keepGenerated(
  { wanted, orphaned, command }: GeneratedFiles,
  options: readonly string[],
): Promise<number> {
  const stale: string[] = [];
  for (const [path, text] of wanted) if ((await textOf(path)) !== text) stale.push(path);
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
