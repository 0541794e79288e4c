import { homedir, hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Interrupted } from './failure/cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { lostOutput } from './failure/lost-output.ts';
import { printComplaint } from './failure/print-complaint.ts';
import { isCompletion, programName } from './command-line/program-name.ts';
import type { OutputStream } from './terminal/output-stream.ts';
import type { Env } from './terminal/style.ts';
import { openTerminal } from './terminal/terminal.ts';

/** What commands see of the process they run in. */
export interface Host {
  /** How the program was called: `wheelwright`, or `kubectl wheelwright`. */
  readonly program: string;
  /** kubectl asks for the completion of the arguments. */
  readonly completes: boolean;
  readonly env: Env;
  readonly home: string;
  /** The file that was called; a link is not resolved. */
  readonly script: string;
  readonly platform: NodeJS.Platform;
  /** The name of this machine. */
  readonly machine: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** All of standard input, as text. Throws the reason of the signal. */
  stdin(signal: AbortSignal): Promise<string>;
  /** Somebody sits at a terminal, reads questions there and can answer them. */
  readonly interactive: boolean;
  /** The next line of standard input, '' at its end. Throws the reason of the signal. */
  readLine(signal: AbortSignal): Promise<string>;
  /** Aborts with Interrupted at Ctrl-C, from the first call on; a second Ctrl-C ends the process at once. */
  interruption(): AbortSignal;
}

export function processHost(): Host {
  let interruption: AbortController | undefined;
  const host: Host = {
    program: programName(process.argv[1], process.argv0),
    completes: isCompletion(process.argv[1], process.argv0),
    env: process.env,
    home: homedir(),
    script: process.argv[1] ?? process.execPath,
    platform: process.platform,
    machine: hostname(),
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    stdin: readStdin,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    readLine,
    interruption: () => {
      interruption ??= onInterrupt();
      return interruption.signal;
    },
  };
  process.stdout.on('error', (error) => endWithoutOutput(error, host));
  // Nobody can be told of that.
  process.stderr.on('error', (error) => endWithoutOutput(error));
  return host;
}

/** An answer that nobody has got is none: the exit code is neither of a good nor of a bad one. */
function endWithoutOutput(error: NodeJS.ErrnoException, host?: Host): never {
  const complaint = lostOutput(error);
  if (complaint !== undefined && host !== undefined)
    printComplaint(openTerminal(host, {}).err, complaint, host.program);
  process.exit(exitCodes[complaint?.exit ?? 'closed'].code);
}

async function readStdin(signal: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function readLine(signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines = createInterface({ input: process.stdin });
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  lines.once('line', resolve);
  lines.once('close', () => resolve(''));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    lines.close();
  }
}

function onInterrupt(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new Interrupted(`received ${signal}`));
      process.once(signal, () => process.exit(exitCodes.interrupted.code));
    });
  }
  return controller;
}

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  return {
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    get rows() {
      return stream.isTTY ? stream.rows : undefined;
    },
    write: (text) => void stream.write(text),
  };
}
