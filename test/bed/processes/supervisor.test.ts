import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../wait-for.ts';
import { isRunning, signalProcess } from './process-identity.ts';
import { readRecord } from './read-record.ts';
import type { Program } from './supervisor-messages.ts';
import { Supervisor } from './supervisor.ts';

let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'bed-supervisor-')));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function program(code: string): Program {
  return {
    name: 'test/program',
    file: process.execPath,
    args: ['-e', code],
    cwd: directory,
    env: { COLOUR: 'blue' },
    logFile: join(directory, 'program.log'),
  };
}

const forever = 'setInterval(() => 0, 1e6)';
const start = async (): Promise<Supervisor> =>
  await Supervisor.start({ bedDirectory: directory, temporary: false });

test('a program runs in its directory, with its environment only, and its output goes to the log', async () => {
  const supervisor = await start();
  const code =
    'console.log(process.cwd(), Object.keys(process.env).join()); console.error(process.env.COLOUR); process.exit(3)';
  const { exited } = await supervisor.run(program(code));
  expect(await exited).toEqual({ code: 3, signal: null });
  await supervisor.stop();
  expect(readFileSync(join(directory, 'program.log'), 'utf8')).toBe(`${directory} COLOUR\nblue\n`);
});

test('a file that cannot be executed is told at once', async () => {
  const supervisor = await start();
  await expect(supervisor.run({ ...program(''), file: '/nowhere/etcd' })).rejects.toThrow(
    "'/nowhere/etcd' cannot be executed",
  );
  const { exited } = await supervisor.run(program('process.exit(0)'));
  expect(await exited).toEqual({ code: 0, signal: null });
  await supervisor.stop();
});

test('the record names what runs, and nothing that has ended', async () => {
  const supervisor = await start();
  const first = await supervisor.run(program(forever));
  const second = await supervisor.run(program(forever));
  await supervisor.signal(first, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const record = readRecord(directory);
  expect(record?.owner.pid).toBe(process.pid);
  expect(record?.components).toEqual([{ name: 'test/program', ...second.process }]);
  await supervisor.stop();
  expect(readRecord(directory)?.components).toEqual([]);
});

test('stopping ends running and frozen programs, and more than once is no mistake', async () => {
  const supervisor = await start();
  const running = await supervisor.run(program(forever));
  const frozen = await supervisor.run(program(forever));
  await supervisor.signal(frozen, 'SIGSTOP');
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  await Promise.all([running.exited, frozen.exited]);
  expect([running, frozen].map(({ process }) => isRunning(process))).toEqual([false, false]);
  await expect(supervisor.run(program(forever))).rejects.toThrow('the supervisor of the bed has ended');
});

test('a supervisor that hangs is killed after a while, and its programs with it', async () => {
  const impatient = { now: Date.now, monotonic: () => 0, sleep: async () => undefined };
  const supervisor = await Supervisor.start({ bedDirectory: directory, temporary: false }, impatient);
  const { process: started } = await supervisor.run(program(forever));
  const record = readRecord(directory);
  expect(record !== undefined && signalProcess(record.supervisor, 'SIGSTOP')).toBe(true);
  await supervisor.stop();
  expect(record !== undefined && isRunning(record.supervisor)).toBe(false);
  await waitFor('the program to end', () => !isRunning(started));
});

test('when the supervisor is killed, its programs are killed from here', async () => {
  const supervisor = await start();
  const { process: started, exited } = await supervisor.run(program(forever));
  const record = readRecord(directory);
  expect(record !== undefined && signalProcess(record.supervisor, 'SIGKILL')).toBe(true);
  await exited;
  await waitFor('the program to end', () => !isRunning(started));
  await supervisor.stop();
});

test('when the owner is killed, nothing survives, and a temporary directory goes too', async () => {
  const owner = fork(join(import.meta.dirname, 'testdata', 'owner.ts'), [directory], { execArgv: [] });
  await once(owner, 'message');
  const record = readRecord(directory);
  if (record === undefined) throw new Error('no record');
  expect(record.components).toHaveLength(2);
  owner.kill('SIGKILL');
  await waitFor('everything to end', () => ![record.supervisor, ...record.components].some(isRunning));
  expect(existsSync(directory)).toBe(false);
});
