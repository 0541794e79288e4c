import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A pid with the start of its process, which together never come again, unlike the pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; compare for equality only. */
  readonly startedAt: string;
}

/** Undefined when there is no such process, or only what is left of one that nobody waited for (a zombie). */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : posixStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return processIdentity(identity.pid)?.startedAt === identity.startedAt;
}

/** Sends the signal unless the process has ended, even when its pid has a new owner. True when it was sent. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isRunning(identity) && send(identity.pid, signal);
}

/** The same for the process group that the process leads. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isRunning(identity) && send(-identity.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** proc_pid_stat(5): the name in parentheses may hold anything; state is the first field after it, starttime the 20th. */
function linuxStart(pid: number): string | undefined {
  const stat = readOptional(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()}/${fields[19]}`;
}

/** starttime counts from boot. */
function bootId(): string {
  return (readOptional('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function posixStart(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = '', ...start] = line.split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}
