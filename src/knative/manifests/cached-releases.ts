import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readManifestFiles, subdirectories } from './directory-source.ts';
import type { ManifestFile, ManifestSource } from './manifest-source.ts';
import { keptPath, type ReleasePath } from './release-path.ts';

/**
 * Releases that were downloaded once, in the layout of a manifest root, but add-ons by the version of the core that they
 * were downloaded for; each directory holds a file `SHA256SUMS` in
 * the format of sha256sum(1). A release is there completely or not at all: it is written beside and renamed. One
 * whose files do not fit their checksums is removed, so that it is downloaded again.
 */
export interface CachedReleases extends ManifestSource {
  /** `files` are named without directories. */
  write(path: ReleasePath, files: readonly ManifestFile[]): Promise<void>;
}

export function cachedReleases(root: string): CachedReleases {
  return {
    versions: (directory) => subdirectories(join(root, directory)),
    read: (path, _signal, core) => readVerified(join(root, keptPath(path, core))),
    isPartial: true,
    write: (path, files) => writeWhole(root, join(root, path), files),
  };
}

const sumsFile = 'SHA256SUMS';

async function readVerified(directory: string): Promise<readonly ManifestFile[] | undefined> {
  const sums = await readFile(join(directory, sumsFile), 'utf8').catch(() => undefined);
  if (sums === undefined) return undefined;
  const files = (await readManifestFiles(directory)) ?? [];
  const manifests = files.filter((file) => basename(file.name) !== sumsFile);
  if (sums === checksums(manifests)) return manifests;
  await rm(directory, { recursive: true, force: true });
  return undefined;
}

async function writeWhole(root: string, directory: string, files: readonly ManifestFile[]): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const partial = await mkdtemp(join(root, '.partial-'));
  try {
    await Promise.all(files.map(({ name, text }) => writeFile(join(partial, name), text)));
    await writeFile(join(partial, sumsFile), checksums(files));
    await rename(partial, directory);
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Another process with the same cache was faster; what it wrote is as good. */
function isTaken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}

function checksums(files: readonly ManifestFile[]): string {
  return files
    .map(({ name, text }) => `${createHash('sha256').update(text).digest('hex')}  ${basename(name)}\n`)
    .sort()
    .join('');
}
