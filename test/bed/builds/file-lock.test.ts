import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processIdentity } from '../processes/process-identity.ts';
import { withFileLock } from './file-lock.ts';

let directory: string;
let lock: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bed-lock-'));
  lock = join(directory, 'build.lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('no two hold the lock at once, and all get it in the end', async () => {
  let holders = 0;
  let most = 0;
  const work = async (): Promise<number> => {
    holders += 1;
    most = Math.max(most, holders);
    await new Promise((resolve) => setImmediate(resolve));
    return holders--;
  };
  const clock = {
    now: Date.now,
    monotonic: () => 0,
    sleep: async () => await new Promise<void>((wake) => setImmediate(wake)),
  };
  await Promise.all(Array.from({ length: 20 }, () => withFileLock(lock, work, { clock })));
  expect(most).toBe(1);
  expect(readdirSync(directory)).toEqual([]);
});

test('the lock is given back when the work fails', async () => {
  const failing = withFileLock(lock, async () => {
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a process that has died is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  writeFileSync(lock, JSON.stringify(processIdentity(child.pid ?? 0)));
  await once(child, 'exit');
  expect(await withFileLock(lock, async () => 'taken over')).toBe('taken over');
  expect(readdirSync(directory)).toEqual([]);
});

test('the lock of a process whose pid has a new owner is taken over', async () => {
  writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'earlier' }));
  expect(await withFileLock(lock, async () => 'taken over')).toBe('taken over');
});

test('a damaged lock holds nothing', async () => {
  writeFileSync(lock, '');
  expect(await withFileLock(lock, async () => 'taken over')).toBe('taken over');
});

test('a living holder is told of once, and waited for until the timeout only', async () => {
  writeFileSync(lock, JSON.stringify(processIdentity(process.pid)));
  let now = 0;
  const clock = { now: () => now, monotonic: () => now, sleep: async (ms: number) => void (now += ms) };
  const told: number[] = [];
  const waiting = withFileLock(lock, async () => 'never', {
    clock,
    timeoutMs: 2_000,
    onWait: ({ pid }) => told.push(pid),
  });
  await expect(waiting).rejects.toThrow(
    `build.lock has been held by process ${process.pid} for more than 2000 ms`,
  );
  expect(told).toEqual([process.pid]);
  expect(existsSync(lock)).toBe(true);
});
