import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemClock, type Clock } from '../../../src/kube/clock.ts';
import { isRunning, processIdentity, type ProcessIdentity } from '../processes/process-identity.ts';

export interface LockOptions {
  /** Told once, when somebody else holds the lock. */
  readonly onWait?: (holder: ProcessIdentity) => void;
  /** How long to wait for somebody else; default half an hour. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

const pollMs = 250;

/**
 * Runs `work` while the file names this process as its holder; nobody else who uses the same file does so meanwhile. A holder that
 * has died is recognised by pid and start time, and its lock taken over. Throws when another holder keeps it beyond the timeout.
 */
export async function withFileLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { onWait, timeoutMs = 30 * 60_000, signal, clock = systemClock } = options;
  const deadline = clock.monotonic() + timeoutMs;
  let waiting = false;
  for (let holder = take(file); holder !== undefined; holder = take(file)) {
    if (!waiting) onWait?.(holder);
    waiting = true;
    if (clock.monotonic() > deadline) {
      throw new Error(`${file} has been held by process ${holder.pid} for more than ${timeoutMs} ms`);
    }
    await clock.sleep(pollMs, signal);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Undefined when the lock is ours now, else its living holder. */
function take(file: string): ProcessIdentity | undefined {
  for (;;) {
    if (create(file)) return undefined;
    const text = read(file);
    if (text === undefined) continue;
    const holder = holderIn(text);
    if (holder !== undefined && isRunning(holder)) return holder;
    discard(file, text);
  }
}

/** By link, so that the file is never seen without its content. */
function create(file: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(processIdentity(process.pid)));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** By rename, which only one of several can do; what is moved away may be somebody's fresh lock, and is then put back. */
function discard(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Undefined for a file that no lock has written, which therefore holds nothing. */
function holderIn(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
