import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../bed/index.ts';

export interface OperatorProcessOptions {
  /** Program and first arguments; default: the built program named by WHEELWRIGHT_PROGRAM, else this checkout's sources. */
  readonly command?: readonly string[];
  readonly flags: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Default: this process's. */
  readonly cwd?: string;
  /** In a process group of its own, which Ctrl-C does not reach; default false. */
  readonly detached?: boolean;
}

/** One line of the operator's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

const started: OperatorProcess[] = [];

/** All of this process, in the order of their starts, whether they run or not. */
export function startedOperators(): readonly OperatorProcess[] {
  return started;
}

const sources = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** An operator as a process of its own. Ends with `stop` or `kill`, and with this process. */
export class OperatorProcess {
  /** When it was started, in milliseconds since the epoch. */
  readonly startedAt = Date.now();
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #exited: Promise<number | NodeJS.Signals>;
  #exit: number | NodeJS.Signals | undefined;

  constructor({
    command = [process.execPath, process.env['WHEELWRIGHT_PROGRAM'] ?? sources, 'operator'],
    flags,
    env = {},
    cwd,
    detached = false,
  }: OperatorProcessOptions) {
    const [program = '', ...first] = command;
    this.#child = spawn(program, [...first, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
      detached,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#lines.push(line));
    }
    const endWithUs = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#lines.push(String(error)));
      this.#child.once('close', (code, signal) => {
        process.off('exit', endWithUs);
        this.#exit = code ?? signal ?? -1;
        resolve(this.#exit);
      });
    });
    started.push(this);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Everything it wrote, as text. */
  get output(): string {
    return this.#lines.join('\n');
  }

  get log(): readonly LogLine[] {
    return this.#lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
  }

  /** Resolves with the first line that fits; fails where the operator ends first. */
  async waitForLog(
    description: string,
    fits: (line: LogLine) => boolean,
    timeoutMs = 90_000,
  ): Promise<LogLine> {
    const find = async (): Promise<LogLine | undefined> => {
      const found = this.log.find(fits);
      if (found === undefined && this.#exit !== undefined)
        throw new Error(`the operator ended (${this.#exit}):\n${this.output}`);
      return found;
    };
    return waitFor(`the operator logs ${description}`, find, { timeoutMs });
  }

  /** Resident memory now, in bytes. */
  async residentBytes(): Promise<number> {
    const { readFile } = await import('node:fs/promises');
    const pages = (await readFile(`/proc/${this.pid}/statm`, 'utf8')).split(' ')[1];
    return Number(pages) * 4096;
  }

  /** Asks it to hand over and end; resolves with how it ended. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGTERM');
    return this.#exited;
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Resolves with how it ended by itself. */
  get exited(): Promise<number | NodeJS.Signals> {
    return this.#exited;
  }
}
