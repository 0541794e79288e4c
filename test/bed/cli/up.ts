import { once } from 'node:events';
import { DirectoryRefusedError } from '../bed-directory.ts';
import { Bed } from '../bed.ts';
import { binary } from '../builds/binaries.ts';
import { withProgress } from '../builds/progress.ts';
import type { BedPaths } from './given-clusters.ts';
import { UsageError } from './usage-error.ts';

export interface UpOptions {
  readonly spokes: number;
  readonly dir?: string | undefined;
}

/**
 * Starts a bed, hands out where it is once it is ready, and keeps it until the signal aborts. Throws UsageError for a directory that
 * cannot be used, and the signal's reason when it aborts before the bed is ready.
 */
export async function up(
  { spokes, dir }: UpOptions,
  signal: AbortSignal,
  print: (paths: BedPaths) => void,
): Promise<void> {
  const kubectl = await binary('kubectl', { signal });
  const doing = `Starting a hub and ${spokes} ${spokes === 1 ? 'spoke' : 'spokes'}`;
  const bed = await withProgress({ doing, label: 'bed' }, () => start({ spokes, dir }, signal));
  try {
    print({
      hub: bed.hub.kubeconfig,
      spokes: bed.spokes.map((spoke) => spoke.kubeconfig),
      kubectl,
      directory: bed.directory,
    });
    process.stderr.write(
      `The bed is up. Ctrl-C ends it, and so does: npm run bed -- down --dir ${bed.directory}\n`,
    );
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await bed.stop();
  }
}

async function start({ spokes, dir }: UpOptions, signal: AbortSignal): Promise<Bed> {
  try {
    return await Bed.start({ spokes, signal, ...(dir === undefined ? {} : { directory: dir }) });
  } catch (error) {
    throw error instanceof DirectoryRefusedError ? new UsageError('--dir', dir ?? '', error.message) : error;
  }
}
