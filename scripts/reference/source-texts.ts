import { glob, readFile } from 'node:fs/promises';

const source = new URL('../../src/', import.meta.url).pathname;

/** The texts of the files in `src` that fit a pattern, without those that are there for tests. */
export async function sourceTexts(pattern: string): Promise<readonly string[]> {
  const files = await Array.fromAsync(glob(pattern, { cwd: source }));
  const own = files.filter((file) => !/\.test\.ts$|testing\/|\.fixture\.ts$/.test(file));
  return Promise.all(own.map((file) => readFile(source + file, 'utf8')));
}
