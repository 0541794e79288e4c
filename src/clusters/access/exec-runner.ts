import { basename } from 'node:path';
import type { spawn } from 'node:child_process';
import type { Clock } from '../../kube/index.ts';
import { ConcurrencyGate } from '../concurrency-gate.ts';
import { AccessError, type AccessErrorKind } from './access-error.ts';
import { execInfo } from './exec-info.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import { lastWords } from './last-words.ts';
import { checkPluginCommand, type PluginCommandRules } from './plugin-command.ts';
import { checkPluginPin } from './plugin-pin.ts';
import { type PluginEnd, runPluginProcess } from './plugin-process.ts';

export interface ExecRunnerOptions {
  readonly clock: Clock;
  /** What every plugin inherits; see inheritedEnvironment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly commands: PluginCommandRules;
  /** Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Runs of one command at a time, and as many slow ones. Default 8: each takes tens of megabytes while it runs. */
  readonly concurrency?: number | undefined;
  readonly spawn?: typeof spawn | undefined;
}

/** A run that takes longer is slow; most plugins answer in a tenth of it. */
const quickMs = 2_000;

/** Thrown into a run that is to begin again among the slow ones. */
const evicted = Symbol('evicted');

/**
 * Runs exec credential plugins for the whole process: a few at a time of each command, first come, first served. A run
 * that turns out to be slow makes room for others: it goes on among its like, or, where those are too many already and
 * somebody waits, is ended and begins again once it is its turn among them. Where it was slow the last time it begins
 * there. So however many clusters have plugins that hang, others get their credentials.
 */
export class ExecRunner {
  readonly #options: ExecRunnerOptions;
  /** By command. */
  readonly #lanes = new Map<string, Lanes>();
  readonly #slow = new WeakSet<PluginInvocation>();
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
    const lanes = this.#lanesOf(invocation);
    // Too large is too large now: nobody waits to learn that.
    execInfo(invocation);
    if (!this.#slow.has(invocation)) {
      try {
        return await this.#runQuickly(invocation, lanes, signal);
      } catch (error) {
        if (error !== evicted) throw error;
      }
    }
    const leave = await lanes.slow.enter(signal);
    try {
      return await this.#runNow(invocation, signal);
    } finally {
      leave();
    }
  }

  async #runQuickly(invocation: PluginInvocation, lanes: Lanes, signal: AbortSignal): Promise<Buffer> {
    let leave = await lanes.quick.enter(signal);
    const over = new AbortController();
    const eviction = new AbortController();
    const makeRoom = async (): Promise<void> => {
      for (;;) {
        await this.#options.clock.sleep(quickMs, over.signal);
        const leaveSlow = lanes.slow.tryEnter();
        if (leaveSlow === undefined && lanes.quick.waiting === 0) continue;
        leave();
        leave = leaveSlow ?? leave;
        if (leaveSlow === undefined) eviction.abort(evicted);
        return;
      }
    };
    makeRoom().catch(() => undefined);
    try {
      return await this.#runNow(invocation, AbortSignal.any([signal, eviction.signal]));
    } finally {
      over.abort();
      leave();
    }
  }

  async #runNow(invocation: PluginInvocation, signal: AbortSignal): Promise<Buffer> {
    const { clock, environment, commands, timeoutMs = 30_000, spawn } = this.#options;
    const { command, args, env, installHint, sha256 } = invocation;
    await checkPluginCommand(command, commands, installHint);
    if (sha256 !== undefined) await checkPluginPin(command, sha256);
    signal.throwIfAborted();
    const startedAt = clock.monotonic();
    const configured = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    const childEnv = { ...environment, ...configured, KUBERNETES_EXEC_INFO: execInfo(invocation) };
    const end = await runPluginProcess({ command, args, env: childEnv, timeoutMs, clock, spawn }, signal);
    const durationMs = clock.monotonic() - startedAt;
    if (durationMs >= Math.min(quickMs, timeoutMs)) this.#slow.add(invocation);
    else this.#slow.delete(invocation);
    if (end.type === 'exited' && end.code === 0) return end.stdout;
    if (end.type === 'aborted') throw signal.reason;
    throw failure(end, invocation, timeoutMs, durationMs);
  }

  #lanesOf({ command }: PluginInvocation): Lanes {
    const { concurrency = 8 } = this.#options;
    const known = this.#lanes.get(command);
    if (known !== undefined) return known;
    const lanes = { quick: new ConcurrencyGate(concurrency), slow: new ConcurrencyGate(concurrency) };
    this.#lanes.set(command, lanes);
    return lanes;
  }
}

interface Lanes {
  readonly quick: ConcurrencyGate;
  readonly slow: ConcurrencyGate;
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
