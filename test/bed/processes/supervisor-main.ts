/**
 * The supervisor: starts the components of one bed, each in a process group of its own, and kills them all when the channel to the
 * owner closes, which the kernel does whatever way the owner ends. It runs in a session of its own, so that neither Ctrl-C nor a
 * signal to the owner's process group reaches it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { processIdentity, type ProcessIdentity } from './process-identity.ts';
import { writeRecord } from './process-record.ts';
import type {
  Program,
  SupervisorMessage,
  SupervisorRequest,
  SupervisorSettings,
} from './supervisor-messages.ts';

interface Component {
  readonly name: string;
  readonly process: ProcessIdentity;
  readonly child: ChildProcess;
}

const settings = JSON.parse(process.argv[2] ?? '') as SupervisorSettings;
const self = identityOf(process.pid);
const components = new Map<number, Component>();
let ending = false;

process.on('message', (request: SupervisorRequest) => handle(request));
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('uncaughtException', end);
record();
tell({ kind: 'ready' });

function handle(request: SupervisorRequest): void {
  try {
    if (ending) throw new Error('the bed is ending');
    tell({
      kind: 'done',
      id: request.id,
      process: request.kind === 'start' ? start(request.program) : signal(request),
    });
  } catch (error) {
    tell({ kind: 'failed', id: request.id, reason: (error as Error).message });
  }
}

function start(program: Program): ProcessIdentity {
  const log = openSync(program.logFile, 'a');
  const child = spawn(program.file, program.args, {
    cwd: program.cwd,
    env: program.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  // Says again, later, what the missing pid says at once; unheard it would end the supervisor.
  child.on('error', () => undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error(`'${program.file}' cannot be executed`);
  const component = { name: program.name, process: identityOf(pid), child };
  components.set(pid, component);
  record();
  child.once('exit', (code, signal) => {
    components.delete(pid);
    if (ending) {
      endWhenEmpty();
      return;
    }
    record();
    tell({ kind: 'exited', process: component.process, exit: { code, signal } });
  });
  return component.process;
}

/** Only what runs here is signalled: the pid of a program that has ended may belong to anybody. */
function signal(request: Extract<SupervisorRequest, { readonly kind: 'signal' }>): ProcessIdentity {
  if (components.has(request.process.pid)) process.kill(-request.process.pid, request.signal);
  return request.process;
}

function end(): void {
  if (ending) return;
  ending = true;
  for (const pid of components.keys()) process.kill(-pid, 'SIGKILL');
  endWhenEmpty();
}

/** SIGKILL needs no deadline: the kernel ends stopped processes as well as running ones. */
function endWhenEmpty(): void {
  if (components.size > 0) return;
  try {
    if (settings.temporary) rmSync(settings.bedDirectory, { recursive: true, force: true });
    else record();
  } finally {
    process.exit(0);
  }
}

function record(): void {
  const running = [...components.values()].map(({ name, process: { pid, startedAt } }) => ({
    name,
    pid,
    startedAt,
  }));
  writeRecord(settings.bedDirectory, { owner: settings.owner, supervisor: self, components: running });
}

function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message);
}

/** A process that has ended already gets a start that no process has, so that nobody signals a later owner of its pid. */
function identityOf(pid: number): ProcessIdentity {
  return processIdentity(pid) ?? { pid, startedAt: 'unknown' };
}
