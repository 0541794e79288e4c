import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../kube/index.ts';
import { TailBuffer } from './tail-buffer.ts';

export interface PluginStart {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly spawn?: typeof spawn | undefined;
}

/** How a plugin ended. `stderr` is its last 64 KiB, as it is. */
export type PluginEnd =
  | { readonly type: 'exited'; readonly code: number; readonly stdout: Buffer; readonly stderr: string }
  | {
      readonly type: 'killed';
      readonly signal: string;
      readonly stdout: Buffer;
      readonly stderr: string;
    }
  | { readonly type: 'timedOut'; readonly stdout: Buffer; readonly stderr: string }
  | { readonly type: 'tooMuchOutput' }
  | { readonly type: 'aborted' }
  | { readonly type: 'notStarted'; readonly error: NodeJS.ErrnoException };

type Stop = 'timedOut' | 'tooMuchOutput' | 'aborted';
type Exit =
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'notStarted'; readonly error: NodeJS.ErrnoException };

const mostStdout = 1 << 20;
const mostStderr = 64 << 10;
/** From SIGTERM to SIGKILL. */
const graceMs = 2_000;
/** How long the output of an exited plugin may take to end: something it left behind may hold the pipe open. */
const drainMs = 500;

/**
 * Runs one plugin to its end, without a shell, stdin or terminal, in a process group of its own, which is killed in the
 * end whatever became of the plugin: nothing that it started survives. Never rejects, and takes no longer than the time
 * limit and three seconds.
 */
export async function runPluginProcess(start: PluginStart, signal: AbortSignal): Promise<PluginEnd> {
  const child = startChild(start);
  if (child instanceof Error) return { type: 'notStarted', error: child };
  const over = new AbortController();
  const wait = (ms: number): Promise<void> => start.clock.sleep(ms, over.signal).catch(() => undefined);
  const stop = Promise.withResolvers<Stop>();
  const onAbort = (): void => stop.resolve('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const stdout = collectStdout(child, () => stop.resolve('tooMuchOutput'));
  const stderr = new TailBuffer(mostStderr);
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exit = exitOf(child);
  try {
    const first = await Promise.race([
      exit,
      stop.promise,
      wait(start.timeoutMs).then(() => 'timedOut' as const),
    ]);
    if (typeof first === 'string') {
      await terminate(child, exit, wait);
      return first === 'timedOut'
        ? { type: first, stdout: stdout.bytes(), stderr: stderr.toString() }
        : { type: first };
    }
    if (first.type === 'notStarted') return first;
    await Promise.race([stdout.ended, stop.promise, wait(drainMs)]);
    const bytes = stdout.bytes();
    if (first.code === null) {
      const signal = first.signal ?? 'a signal';
      return { type: 'killed', signal, stdout: bytes, stderr: stderr.toString() };
    }
    if (bytes.length > mostStdout) return { type: 'tooMuchOutput' };
    return { type: 'exited', code: first.code, stdout: bytes, stderr: stderr.toString() };
  } finally {
    signal.removeEventListener('abort', onAbort);
    over.abort();
    killGroup(child, 'SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

/** spawn throws for some errors and emits the others. */
function startChild({
  command,
  args,
  env,
  spawn: start = spawn,
}: PluginStart): ChildProcess | NodeJS.ErrnoException {
  try {
    return start(command, args, {
      cwd: '/',
      env,
      detached: true,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ type: 'notStarted', error }));
    child.once('exit', (code, signal) => resolve({ type: 'exit', code, signal }));
  });
}

function collectStdout(
  child: ChildProcess,
  onOverflow: () => void,
): { readonly ended: Promise<void>; readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  let size = 0;
  const ended = Promise.withResolvers<void>();
  child.stdout?.once('close', ended.resolve);
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= mostStdout) return;
    child.stdout?.destroy();
    onOverflow();
  });
  return { ended: ended.promise, bytes: () => Buffer.concat(chunks) };
}

async function terminate(
  child: ChildProcess,
  exit: Promise<Exit>,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  killGroup(child, 'SIGTERM');
  await Promise.race([exit, wait(graceMs)]);
  killGroup(child, 'SIGKILL');
  // Bounded, because a process that hangs in the kernel outlives even this.
  await Promise.race([exit, wait(drainMs)]);
}

/** The group outlives its leader for as long as anything that the plugin started does. */
function killGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
