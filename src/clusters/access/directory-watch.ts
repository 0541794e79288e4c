import { watch } from 'node:fs';
import type { Clock } from '../../kube/index.ts';

/** Calls `onEvent` for anything that happens in the directory, errors included; returns how to stop. May throw. */
export type WatchDirectory = (directory: string, onEvent: () => void) => () => void;

export interface DirectoryWatchOptions {
  readonly directory: string;
  /**
   * Looks at what is there now. Resolves with the milliseconds after which it wants to look again, if that is sooner than
   * the next poll.
   */
  readonly look: () => Promise<number | undefined>;
  readonly clock: Clock;
  /** How long changes may go on until they are looked at together. */
  readonly debounceMs: number;
  /** How often is looked without any event: network and overlay file systems may tell nothing. */
  readonly pollMs: number;
  /** Default: node:fs. */
  readonly watchDirectory?: WatchDirectory | undefined;
}

/**
 * Looks now, after each change and at every poll, one look at a time, until the signal aborts. Directories are watched
 * rather than files, because mounted ConfigMaps and Secrets change by the swap of a link beside the file. The watch is opened
 * anew after every look, so that neither an error of it nor a replaced directory can end it.
 */
export async function watchingDirectory(options: DirectoryWatchOptions, signal: AbortSignal): Promise<void> {
  const { look, clock, debounceMs, pollMs } = options;
  while (!signal.aborted) {
    const event = Promise.withResolvers<'event'>();
    const stop = openWatch(options, () => event.resolve('event'));
    try {
      // After the watch is open, so that no change falls between.
      const againMs = await look();
      const waitMs = Math.min(pollMs, againMs ?? pollMs);
      if ((await eventOrPoll(event.promise, waitMs, clock, signal)) === 'event')
        await clock.sleep(debounceMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      stop();
    }
  }
}

function openWatch(
  { directory, watchDirectory = watchByFileSystem }: DirectoryWatchOptions,
  onEvent: () => void,
): () => void {
  try {
    return watchDirectory(directory, onEvent);
  } catch {
    // No such directory now, or out of inotify watches: polling goes on, and so do attempts to watch.
    return () => undefined;
  }
}

async function eventOrPoll(
  event: Promise<'event'>,
  waitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<'event' | 'poll'> {
  signal.throwIfAborted();
  const over = new AbortController();
  const onAbort = (): void => over.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([event, clock.sleep(waitMs, over.signal).then(() => 'poll' as const)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    over.abort();
  }
}

const watchByFileSystem: WatchDirectory = (directory, onEvent) => {
  const watcher = watch(directory, onEvent);
  watcher.on('error', onEvent);
  return () => watcher.close();
};
