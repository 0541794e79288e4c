import type { Exit } from '../processes/supervisor-messages.ts';
import type { RunningProgram, Supervisor } from '../processes/supervisor.ts';
import { systemClock, type Clock } from '../../../src/kube/clock.ts';
import { ComponentLog } from './component-log.ts';

export interface ComponentSettings {
  readonly name: string;
  /** For messages. */
  readonly cluster: string;
  readonly file: string;
  /** The cluster's directory, in which the component runs. */
  readonly directory: string;
  readonly logFile: string;
  /** Beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly supervisor: Supervisor;
  /** Told when the process ends without having been asked to. */
  readonly onUnaskedExit: (message: string) => void;
  readonly clock?: Clock;
}

/** One life of the process. */
interface Run {
  readonly program: RunningProgram;
  readonly ended: AbortController;
  frozen: boolean;
  askedToEnd: boolean;
}

/** How long a component may take to end after SIGTERM; etcd takes longer while an API server is connected. */
const graceMs = 3_000;

/**
 * One process of a control plane. States: stopped (also after it ended by itself), running, frozen (running, but not scheduled by
 * the kernel). Changes are ordered by the caller: nobody starts what is being stopped.
 */
export class Component {
  readonly log: ComponentLog;
  readonly #settings: ComponentSettings;
  #run: Run | undefined;

  constructor(settings: ComponentSettings) {
    this.#settings = settings;
    this.log = new ComponentLog(settings.logFile);
  }

  get state(): 'stopped' | 'running' | 'frozen' {
    if (this.#run === undefined) return 'stopped';
    return this.#run.frozen ? 'frozen' : 'running';
  }

  /** Undefined while it is stopped. */
  get pid(): number | undefined {
    return this.#run?.program.process.pid;
  }

  /** Starts the process and returns a signal that aborts, with an error that says why, when the process ends. */
  async start(flags: readonly string[]): Promise<AbortSignal> {
    if (this.#run !== undefined) throw new Error(`${this.#what()} runs already`);
    this.log.mark();
    const { name, file, directory, logFile, env = {}, supervisor } = this.#settings;
    const program = await supervisor.run({
      name: `${this.#settings.cluster}/${name}`,
      file,
      args: flags,
      cwd: directory,
      // A home of its own: kwok reads ~/.kwok, and none shall see the settings of whoever runs the bed.
      env: { HOME: directory, PATH: process.env['PATH'] ?? '', ...env },
      logFile,
    });
    const run: Run = { program, ended: new AbortController(), frozen: false, askedToEnd: false };
    this.#run = run;
    void program.exited.then((exit) => {
      if (this.#run === run) this.#run = undefined;
      const message = `${this.#what()} ended with ${describeExit(exit)}`;
      run.ended.abort(new Error(`${message}; ${this.log.excerpt()}`));
      if (!run.askedToEnd) this.#settings.onUnaskedExit(message);
    });
    return run.ended.signal;
  }

  /** SIGTERM, and SIGKILL when it has not ended after 3 seconds. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    await this.thaw();
    await this.#end(run, 'SIGTERM');
    const { clock = systemClock } = this.#settings;
    const ended = new AbortController();
    const late = clock.sleep(graceMs, ended.signal).then(
      () => this.#end(run, 'SIGKILL'),
      () => undefined,
    );
    await run.program.exited;
    ended.abort();
    await late;
  }

  /** SIGKILL, frozen or not. */
  async kill(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    await this.#end(run, 'SIGKILL');
    await run.program.exited;
  }

  /** SIGSTOP: connections stay open, the kernel goes on accepting new ones, and nothing answers. */
  async freeze(): Promise<void> {
    await this.#setFrozen(true);
  }

  async thaw(): Promise<void> {
    await this.#setFrozen(false);
  }

  async #setFrozen(frozen: boolean): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    await this.#settings.supervisor.signal(run.program, frozen ? 'SIGSTOP' : 'SIGCONT');
    run.frozen = frozen;
  }

  async #end(run: Run, signal: NodeJS.Signals): Promise<void> {
    run.askedToEnd = true;
    await this.#settings.supervisor.signal(run.program, signal);
  }

  #what(): string {
    return `${this.#settings.name} of cluster '${this.#settings.cluster}'`;
  }
}

function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
