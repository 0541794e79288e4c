import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binary } from './builds/binaries.ts';

const run = promisify(execFile);

/**
 * Runs kubectl against the cluster of a kubeconfig file and returns its standard output. `input` goes to its standard input.
 * Throws an error with the arguments and what kubectl said.
 */
export async function kubectl(
  kubeconfig: string,
  args: readonly string[],
  options: { readonly input?: string; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const file = await binary('kubectl');
  // Discovery is cached by host and port for hours, and another cluster may have the port by then: no cache at all.
  const running = run(file, ['--cache-dir=/dev/null', ...args], {
    env: { PATH: process.env['PATH'], KUBECONFIG: kubeconfig },
    maxBuffer: 256 * 1024 * 1024,
    signal: options.signal,
  });
  // kubectl may end without having read it all; its exit code tells enough.
  running.child.stdin?.on('error', () => undefined).end(options.input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim() === '' ? message : stderr.trim()}`, {
      cause: error,
    });
  }
}
