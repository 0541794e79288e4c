import { mkdir, mkdtemp, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isRunning } from './processes/process-identity.ts';
import { recordFile, type ProcessRecord } from './processes/process-record.ts';
import { readRecord } from './processes/read-record.ts';

export interface BedDirectory {
  readonly path: string;
  /** Made for this bed, and gone with it. */
  readonly temporary: boolean;
}

/** A directory that the bed must not use; only the user can choose another. */
export class DirectoryRefusedError extends Error {
  override readonly name = 'DirectoryRefusedError';
}

/**
 * Makes the directory of a bed: a temporary one, or the given one, which must be new, empty, or left over from a bed that no longer
 * runs. Throws DirectoryRefusedError.
 */
export async function claimDirectory(given: string | undefined): Promise<BedDirectory> {
  if (given === undefined) {
    const path = await mkdtemp(join(await realpath(tmpdir()), 'wheelwright-bed-'));
    return { path, temporary: true };
  }
  const path = resolve(given);
  await mkdir(path, { recursive: true });
  const record = readRecord(path);
  if (record === undefined) {
    if ((await readdir(path)).length > 0) {
      throw new DirectoryRefusedError(`'${path}' is not empty; name a new or an empty directory`);
    }
  } else if (somethingRuns(record)) {
    throw new DirectoryRefusedError(
      `a bed runs in '${path}' already; end it with: npm run bed -- down --dir ${path}`,
    );
  } else {
    await clearDirectory(path);
    await mkdir(path, { recursive: true });
  }
  return { path, temporary: false };
}

export function somethingRuns(record: ProcessRecord): boolean {
  return [record.owner, record.supervisor, ...record.components].some(isRunning);
}

/** Removes what a bed has put into its directory, and the directory when nothing else is in it. */
export async function clearDirectory(path: string): Promise<void> {
  for (const entry of await entries(path)) {
    if (/^(hub|spoke-\d+)$/.test(entry)) await rm(join(path, entry), { recursive: true, force: true });
  }
  await rm(recordFile(path), { force: true });
  if ((await entries(path)).length === 0) await rmdir(path).catch(() => undefined);
}

async function entries(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
