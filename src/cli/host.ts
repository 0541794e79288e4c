import { homedir, hostname } from 'node:os';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Interrupted } from './failure/cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { isCompletion, programName } from './command-line/program-name.ts';
import type { OutputStream } from './terminal/output-stream.ts';
import type { Env } from './terminal/style.ts';

/** What commands see of the process they run in. */
export interface Host {
  /** How the program was called: `wheelwright`, or `kubectl wheelwright`. */
  readonly program: string;
  /** kubectl asks for the completion of the arguments. */
  readonly completes: boolean;
  readonly env: Env;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The name of this machine. */
  readonly machine: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** All of standard input, as text. Throws the reason of the signal. */
  stdin(signal: AbortSignal): Promise<string>;
  /** Aborts with Interrupted at Ctrl-C, from the first call on; a second Ctrl-C ends the process at once. */
  interruption(): AbortSignal;
}

export function processHost(): Host {
  let interruption: AbortController | undefined;
  return {
    program: programName(process.argv[1], process.argv0),
    completes: isCompletion(process.argv[1], process.argv0),
    env: process.env,
    home: homedir(),
    platform: process.platform,
    machine: hostname(),
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    stdin: readStdin,
    interruption: () => {
      interruption ??= onInterrupt();
      return interruption.signal;
    },
  };
}

async function readStdin(signal: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
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
  // Whoever reads has seen enough: `wheelwright status | head` is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done.code);
    throw error;
  });
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
