import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface GoCommand {
  readonly args: readonly string[];
  /** The directory whose go.mod it is about. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the command when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Go is missing or too old: only the user can help. */
export class GoUnavailableError extends Error {
  override readonly name = 'GoUnavailableError';

  constructor(problem: string) {
    super(
      `${problem}; install Go 1.26 or newer from https://go.dev/dl (Go 1.21 or newer also works with GOTOOLCHAIN=auto, which fetches ` +
        'the right version), or use clusters that you have: npm run bed -- up --kubeconfigs HUB,SPOKE,…',
    );
  }
}

const tailLines = 20;

/** What Go since 1.21 says of a go.mod that is newer than itself; what older ones stumble over; and a toolchain that cannot be fetched. */
const tooOldGo =
  /go\.mod requires go >= .*|invalid go version .*|unknown directive: .*|toolchain not available/;

/**
 * Runs the go command and returns its standard output. Throws GoUnavailableError, or an error that ends with the last lines of
 * the command's output.
 */
export async function runGo(command: GoCommand): Promise<string> {
  const { args, directory, env = {}, signal } = command;
  const child = spawn('go', args, {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  try {
    await once(child, 'close');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new GoUnavailableError('Go is not installed: no command `go` in PATH');
  }
  if (child.exitCode === 0) return stdout;
  const tooOld = tooOldGo.exec(stderr);
  if (tooOld !== null) throw new GoUnavailableError(`the installed Go is too old (${tooOld[0]})`);
  const tail = (stderr.trim() === '' ? stdout : stderr).trimEnd().split('\n').slice(-tailLines);
  throw new Error(
    `\`go ${args.join(' ')}\` in ${directory} failed (${child.signalCode ?? `exit code ${child.exitCode}`}); its output ends with:\n  ${tail.join('\n  ')}`,
  );
}
