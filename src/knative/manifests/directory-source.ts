import type { Dirent, Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ManifestError } from './manifest-error.ts';
import type { ManifestFile, ManifestSource } from './manifest-source.ts';

/**
 * Releases below a directory: `--manifests-dir`, or the data directory of knative/operator's image (`KO_DATA_PATH`).
 * A root that does not exist holds nothing.
 */
export function directorySource(root: string): ManifestSource {
  return {
    versions: (directory) => subdirectories(join(root, directory)),
    read: (path) => readManifestFiles(join(root, path)),
  };
}

/**
 * A file, or the regular files of a directory in the order of their names, not of directories below it.
 * Undefined where there is nothing. Throws a ManifestError naming the path that cannot be read.
 */
export async function readManifestFiles(path: string): Promise<readonly ManifestFile[] | undefined> {
  return naming(path, async () => {
    const found = await statIfPresent(path);
    if (found === undefined) return undefined;
    if (!found.isDirectory()) return [await readWhole(path, found)];
    const names = (await readdir(path)).sort();
    const files = await Promise.all(names.map((name) => readRegularFile(join(path, name))));
    return files.filter((file) => file !== undefined);
  });
}

export async function subdirectories(path: string): Promise<readonly string[]> {
  return naming(path, async () => {
    if ((await statIfPresent(path))?.isDirectory() !== true) return [];
    const entries = await readdir(path, { withFileTypes: true });
    const are = await Promise.all(entries.map((entry) => leadsToDirectory(path, entry)));
    return entries.filter((_, index) => are[index]).map(({ name }) => name);
  });
}

/** Only links are looked up: this is asked in every pass, and a directory may hold dozens of releases. */
async function leadsToDirectory(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await statIfPresent(join(path, entry.name)))?.isDirectory() === true;
}

/** Mounted ConfigMaps show their files as links, so what counts is what a link leads to. */
async function readRegularFile(path: string): Promise<ManifestFile | undefined> {
  const found = await statIfPresent(path);
  return found?.isFile() === true ? readWhole(path, found) : undefined;
}

/** As much as a file from the network may have: paths come from custom resources, and devices have no end. */
const mostBytes = 32 * 2 ** 20;

async function readWhole(path: string, found: Stats): Promise<ManifestFile> {
  if (!found.isFile()) throw new ManifestError(`'${path}' is neither a file nor a directory`);
  if (found.size > mostBytes) throw new ManifestError(`'${path}' is larger than ${mostBytes} bytes`);
  return { name: path, text: await readFile(path, 'utf8') };
}

async function statIfPresent(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function naming<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ManifestError) throw error;
    const { code = 'it failed' } = error as NodeJS.ErrnoException;
    throw new ManifestError(`cannot read manifests from '${path}': ${code}`, {
      cause: error,
      transient: true,
    });
  }
}
