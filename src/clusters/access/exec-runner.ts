import { basename } from 'node:path';
import type { spawn } from 'node:child_process';
import type { Clock } from '../../kube/index.ts';
import { AccessError, type AccessErrorKind } from './access-error.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { execInfo } from './exec-info.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import { lastWords } from './last-words.ts';
import { checkPluginCommand, type PluginCommandRules } from './plugin-command.ts';
import { type PluginEnd, runPluginProcess } from './plugin-process.ts';

export interface ExecRunnerOptions {
  readonly clock: Clock;
  /** What every plugin inherits; see inheritedEnvironment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly commands: PluginCommandRules;
  /** Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Runs of one command at a time. Default 8: each takes tens of megabytes while it runs. */
  readonly concurrency?: number | undefined;
  readonly spawn?: typeof spawn | undefined;
}

/**
 * Runs exec credential plugins for the whole process: a few at a time of each command, first come, first served. Those
 * that ran into the time limit the last time wait among their like, so that a few clusters whose plugins hang do not
 * take the credentials of all others with them.
 */
export class ExecRunner {
  readonly #options: ExecRunnerOptions;
  /** By command, and whether the plugin hung the last time. */
  readonly #gates = new Map<string, ConcurrencyGate>();
  readonly #hung = new WeakSet<PluginInvocation>();
  readonly #life = new AbortController();
  readonly #runs = new Set<Promise<unknown>>();

  constructor(options: ExecRunnerOptions) {
    this.#options = options;
  }

  /**
   * What the plugin printed. For the same cluster the invocation must be the same object. Rejects with an AccessError that tells how it failed, with the end of its stderr, masked;
   * or with the signal's reason, once the plugin is gone.
   */
  async run(invocation: PluginInvocation, signal: AbortSignal): Promise<Buffer> {
    const ended = new AbortController();
    const scope = new AbortController();
    for (const parent of [signal, this.#life.signal]) {
      if (parent.aborted) scope.abort(parent.reason);
      parent.addEventListener('abort', () => scope.abort(parent.reason), { signal: ended.signal });
    }
    const run = this.#run(invocation, scope.signal).finally(() => {
      ended.abort();
      this.#runs.delete(run);
    });
    this.#runs.add(run);
    return run;
  }

  /** How many plugins run or wait to run. */
  get active(): number {
    return this.#runs.size;
  }

  /** Kills what runs; resolves when nothing is left. Idempotent. */
  async close(): Promise<void> {
    this.#life.abort(new AccessError('Closed', 'the operator is shutting down'));
    await Promise.allSettled(this.#runs);
  }

  async #run(invocation: PluginInvocation, signal: AbortSignal): Promise<Buffer> {
    const { clock, environment, commands, timeoutMs = 30_000, spawn } = this.#options;
    const { command, args, env, installHint } = invocation;
    const info = execInfo(invocation);
    const leave = await this.#gateFor(invocation).enter(signal);
    try {
      await checkPluginCommand(command, commands, installHint);
      signal.throwIfAborted();
      const startedAt = clock.monotonic();
      const configured = Object.fromEntries(env.map(({ name, value }) => [name, value]));
      const childEnv = { ...environment, ...configured, KUBERNETES_EXEC_INFO: info };
      const end = await runPluginProcess({ command, args, env: childEnv, timeoutMs, clock, spawn }, signal);
      if (end.type === 'timedOut') this.#hung.add(invocation);
      else this.#hung.delete(invocation);
      if (end.type === 'exited' && end.code === 0) return end.stdout;
      if (end.type === 'aborted') throw signal.reason;
      throw failure(end, invocation, timeoutMs, clock.monotonic() - startedAt);
    } finally {
      leave();
    }
  }

  #gateFor(invocation: PluginInvocation): ConcurrencyGate {
    const lane = `${this.#hung.has(invocation) ? 'hung' : 'quick'} ${invocation.command}`;
    const gate = this.#gates.get(lane) ?? new ConcurrencyGate(this.#options.concurrency ?? 8);
    this.#gates.set(lane, gate);
    return gate;
  }
}

export function pluginLabel(command: string): string {
  return `plugin '${basename(command)}'`;
}

function failure(
  end: Exclude<PluginEnd, { readonly type: 'aborted' }>,
  { command, env }: PluginInvocation,
  timeoutMs: number,
  durationMs: number,
): AccessError {
  const error = (kind: AccessErrorKind, what: string): AccessError => {
    const words = 'stderr' in end ? lastWords({ ...end, given: env.map(({ value }) => value) }) : '';
    const quote = words === '' ? '' : `; it said last (redacted): "${words}"`;
    return new AccessError(kind, `${pluginLabel(command)} ${what}${quote}`, { durationMs });
  };
  switch (end.type) {
    case 'notStarted':
      return startFailure(end.error, command);
    case 'exited':
      return error('PluginExit', `exited with code ${end.code}`);
    case 'killed':
      return error('PluginSignal', `was killed by ${end.signal}`);
    case 'timedOut':
      return error('PluginTimeout', `did not answer within ${timeoutMs / 1000} s`);
    case 'tooMuchOutput':
      return error('PluginOutputTooLarge', 'printed more than 1 MiB');
  }
}

/** The file was there and executable a moment ago, so the usual reasons are out. */
function startFailure(cause: NodeJS.ErrnoException, command: string): AccessError {
  const { code = 'unknown error' } = cause;
  const error = (kind: AccessErrorKind, why: string): AccessError =>
    new AccessError(kind, `plugin '${command}' cannot be run: ${why}`, { cause });
  switch (code) {
    case 'ENOENT':
      return error(
        'PluginNotFound',
        'the file is there, but its loader is not (another libc, or the program after #!)',
      );
    case 'EACCES':
    case 'EPERM':
      return error('PluginNotExecutable', 'this user may not, or its volume is mounted noexec');
    case 'ENOEXEC':
      return error('PluginNotExecutable', `it is built for another architecture than ${process.arch}`);
    case 'E2BIG':
      return error('ExecInfoTooLarge', 'its arguments and environment are larger than the system allows');
    default:
      return error('PluginSpawnFailed', `the system has no room for another process now (${code})`);
  }
}
