import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** `wheelwright dashboard` as a process of its own. Ends with `interrupt`, and with this process. */
export class DashboardProcess {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #closed: Promise<unknown>;
  readonly #line: Promise<unknown>;

  /** `program` is the file that Node runs. */
  constructor({
    program,
    kubeconfig,
    args: more = [],
    cwd,
  }: {
    readonly program: string;
    readonly kubeconfig: string;
    readonly args?: readonly string[];
    readonly cwd?: string;
  }) {
    const args = [program, 'dashboard', '--kubeconfig', kubeconfig, ...more];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd });
    const endWithUs = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#closed = once(this.#child, 'close').finally(() => process.off('exit', endWithUs));
    this.#line = once(createInterface({ input: this.#child.stdout }), 'line');
  }

  /** What it printed, which a browser opens. */
  async address(): Promise<URL> {
    const told = await Promise.race([this.#line, this.#closed.then(() => undefined)]);
    if (!Array.isArray(told)) throw new Error(`it ended with ${this.#child.exitCode} and printed no address`);
    return new URL(String(told[0]));
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('it was not started');
    return pid;
  }

  /** Ctrl-C. Resolves with the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    await this.#closed;
    return this.#child.exitCode;
  }
}
