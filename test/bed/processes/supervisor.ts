import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '../../../src/kube/clock.ts';
import { processIdentity, signalGroup, type ProcessIdentity } from './process-identity.ts';
import type {
  Exit,
  Program,
  SupervisorMessage,
  SupervisorRequest,
  SupervisorSettings,
} from './supervisor-messages.ts';

/** A program as the supervisor started it. */
export interface RunningProgram {
  readonly process: ProcessIdentity;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
}

/** The supervisor has only to kill and to wait for the kernel. */
const patienceMs = 10_000;

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * The bed's hand on the supervisor process, which owns every component. Whatever happens to this process, the supervisor sees
 * the channel close and ends them; should the supervisor itself be killed, this side does it.
 */
export class Supervisor {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #ended: Promise<void>;
  readonly #answers = new Map<number, PromiseWithResolvers<ProcessIdentity>>();
  readonly #exits = new Map<
    string,
    { readonly process: ProcessIdentity; readonly exit: PromiseWithResolvers<Exit> }
  >();
  #lastId = 0;

  private constructor(child: ChildProcess, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    this.#ended = once(child, 'exit').then(() => this.#onEnd());
    child.on('message', (message: SupervisorMessage) => this.#onMessage(message));
  }

  /** The supervisor keeps its record in the bed's directory, which must exist. */
  static async start(
    settings: Omit<SupervisorSettings, 'owner'>,
    clock: Clock = systemClock,
  ): Promise<Supervisor> {
    const owner = processIdentity(process.pid);
    const child = fork(
      fileURLToPath(new URL('supervisor-main.ts', import.meta.url)),
      [JSON.stringify({ ...settings, owner })],
      {
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [],
        env: { PATH: process.env['PATH'] },
      },
    );
    const supervisor = new Supervisor(child, clock);
    const ready = await Promise.race([
      once(child, 'message').then(() => true),
      supervisor.#ended.then(() => false),
    ]);
    if (ready) return supervisor;
    throw new Error(`the supervisor of the bed ended at its start with exit code ${child.exitCode}`);
  }

  /** Throws when the file cannot be executed. What becomes of the program afterwards is told by `exited`. */
  async run(program: Program): Promise<RunningProgram> {
    const process = await this.#ask({ kind: 'start', program });
    return { process, exited: this.#exitOf(process).promise };
  }

  /** Signals the program's process group; does nothing when it has ended. */
  async signal(program: RunningProgram, signal: NodeJS.Signals): Promise<void> {
    await this.#ask({ kind: 'signal', process: program.process, signal });
  }

  /** Kills all programs and waits until they and the supervisor have ended, itself killed after 10 seconds. Idempotent. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const ended = new AbortController();
    const late = this.#clock.sleep(patienceMs, ended.signal).then(
      () => this.#child.kill('SIGKILL'),
      () => false,
    );
    await this.#ended;
    ended.abort();
    await late;
  }

  async #ask(request: WithoutId<SupervisorRequest>): Promise<ProcessIdentity> {
    if (!this.#child.connected) throw new Error('the supervisor of the bed has ended');
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<ProcessIdentity>();
    this.#answers.set(id, answer);
    this.#child.send({ ...request, id }, (error) => {
      if (error !== null) answer.reject(error);
    });
    try {
      return await answer.promise;
    } finally {
      this.#answers.delete(id);
    }
  }

  #onMessage(message: SupervisorMessage): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'done':
        this.#answers.get(message.id)?.resolve(message.process);
        return;
      case 'failed':
        this.#answers.get(message.id)?.reject(new Error(message.reason));
        return;
      case 'exited':
        this.#exitOf(message.process).resolve(message.exit);
    }
  }

  #exitOf(process: ProcessIdentity): PromiseWithResolvers<Exit> {
    const key = `${process.pid} ${process.startedAt}`;
    const known = this.#exits.get(key) ?? { process, exit: Promise.withResolvers<Exit>() };
    this.#exits.set(key, known);
    return known.exit;
  }

  /** In an orderly end nothing runs any more; else the supervisor was killed, and what it started is killed here. */
  #onEnd(): void {
    const reason = new Error('the supervisor of the bed has ended');
    for (const answer of this.#answers.values()) answer.reject(reason);
    for (const { process, exit } of this.#exits.values()) {
      signalGroup(process, 'SIGKILL');
      exit.resolve({ code: null, signal: 'SIGKILL' });
    }
  }
}
