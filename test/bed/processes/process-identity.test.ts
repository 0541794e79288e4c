import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isRunning, processIdentity, signalGroup, signalProcess } from './process-identity.ts';

test('a process keeps its identity, and another process has another', () => {
  const self = processIdentity(process.pid);
  expect(self).toEqual(processIdentity(process.pid));
  expect(self?.startedAt).not.toBe(processIdentity(process.ppid)?.startedAt);
});

test('a process that has ended has no identity and gets no signal', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const identity = processIdentity(child.pid ?? 0);
  expect(identity !== undefined && isRunning(identity)).toBe(true);
  child.stdin.end();
  await once(child, 'exit');
  expect(processIdentity(child.pid ?? 0)).toBeUndefined();
  expect(identity !== undefined && signalProcess(identity, 'SIGTERM')).toBe(false);
});

test('a later process with the same pid is never signalled', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], {
    detached: true,
    stdio: 'ignore',
  });
  const pid = child.pid ?? 0;
  const earlier = { pid, startedAt: 'before' };
  expect(isRunning(earlier)).toBe(false);
  expect(signalProcess(earlier, 'SIGKILL')).toBe(false);
  expect(signalGroup(earlier, 'SIGKILL')).toBe(false);
  expect(child.kill('SIGKILL')).toBe(true);
  await once(child, 'exit');
});
