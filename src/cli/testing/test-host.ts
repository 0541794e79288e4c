import type { Host } from '../host.ts';
import { Interrupted } from '../failure/cli-error.ts';

export interface TestHostOptions {
  readonly program?: string;
  readonly completes?: boolean;
  readonly env?: Host['env'];
  readonly home?: string;
  readonly script?: string;
  /** Characters per line of a terminal; undefined: a pipe. */
  readonly terminal?: number;
  readonly rows?: number;
  readonly stdin?: string;
}

export interface TestHost extends Host {
  /** What was written so far. */
  readonly written: { stdout: string; stderr: string };
  /** Ctrl-C. */
  interrupt(): void;
}

/** A process for tests: UTF-8, in a pipe unless a terminal is asked for. */
export function testHost(options: TestHostOptions = {}): TestHost {
  const { program = 'kubectl wheelwright', terminal, rows = 40 } = options;
  const written = { stdout: '', stderr: '' };
  const interruption = new AbortController();
  const stream = (name: keyof typeof written): Host['stdout'] => ({
    isTTY: terminal !== undefined,
    columns: terminal,
    rows: terminal === undefined ? undefined : rows,
    write: (text) => {
      written[name] += text;
    },
  });
  return {
    program,
    completes: options.completes ?? false,
    env: { LANG: 'C.UTF-8', ...options.env },
    home: options.home ?? '/nowhere',
    script: options.script ?? '/opt/wheelwright/wheelwright',
    interactive: terminal !== undefined,
    readLine: async () => (options.stdin ?? '').split('\n')[0] ?? '',
    platform: 'linux',
    machine: 'laptop',
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: async () => options.stdin ?? '',
    written,
    interruption: () => interruption.signal,
    interrupt: () => interruption.abort(new Interrupted('received SIGINT')),
  };
}
