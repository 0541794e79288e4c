import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs an npm script with its output passed on; resolves with its exit code. At the abort it ends with everything it started. */
export async function runScript(
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const child = spawn('npm', ['run', '--silent', script, ...(args.length === 0 ? [] : ['--', ...args])], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const end = (): void => {
    // Its process group, because npm passes no signal on.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  try {
    await once(child, 'close');
    return child.exitCode ?? 1;
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
