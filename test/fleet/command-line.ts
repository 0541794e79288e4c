import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What became of one command. */
export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLineOptions {
  /** Of the hub. */
  readonly kubeconfig: string;
  readonly home: string;
  /** Where plugins of kubectl are. */
  readonly plugins?: string;
}

const sources = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A shell without a terminal, in which a user works with a hub. */
export class CommandLine {
  readonly #env: NodeJS.ProcessEnv;
  /** The built program where there is one, else this checkout's sources. */
  readonly program = process.env['WHEELWRIGHT_PROGRAM'] ?? sources;

  constructor({ kubeconfig, home, plugins }: CommandLineOptions) {
    const path = [plugins, dirname(process.execPath), process.env['PATH']];
    this.#env = {
      PATH: path.filter((entry) => entry !== undefined).join(delimiter),
      KUBECONFIG: kubeconfig,
      HOME: home,
      LANG: 'C.UTF-8',
    };
  }

  wheelwright(...args: readonly string[]): Promise<Ran> {
    return this.run(process.execPath, [this.program, ...args]);
  }

  /** `input` is what is typed. */
  async run(file: string, args: readonly string[], input = ''): Promise<Ran> {
    const child = spawn(file, args, { env: this.#env });
    const closed = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    child.stdin.on('error', () => undefined).end(input);
    const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { exit, stdout, stderr };
  }
}
