import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '..', 'demo', 'main.ts');

let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'demo-test-'));
});
afterAll(async () => {
  await rm(temporary, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function demo(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

describe('the demo', () => {
  it('installs, mends, leaves alone and removes, and tells what it measured', async () => {
    const { code, stdout } = await demo('--once', '--json');
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toEqual({
      servingReadySeconds: { 'spoke-1': expect.any(Number), 'spoke-2': expect.any(Number) },
      driftMendedSeconds: expect.any(Number),
      deleteSeconds: expect.any(Number),
      leftOnSpoke: 0,
      operatorRssMb: expect.any(Number),
      dso: {
        splits: {
          'at 20': { 'member-1': 2, 'member-2': 1, 'member-3': 1 },
          'at 50': { 'member-1': 4, 'member-2': 3, 'member-3': 3 },
          'without member-2': { 'member-1': 5, 'member-2': 0, 'member-3': 5 },
          'member-2 is back': { 'member-1': 4, 'member-2': 3, 'member-3': 3 },
          'member-3 hangs': { 'member-1': 5, 'member-2': 5, 'member-3': 3 },
          'in the end': { 'member-1': 4, 'member-2': 3, 'member-3': 3 },
        },
        excludedAfterSeconds: expect.any(Number),
        rebalancedAfterSeconds: expect.any(Number),
        restoredAfterSeconds: expect.any(Number),
        lowestReadyTotal: 10,
      },
      failures: [],
    });
    expect(code).toBe(0);
    expect(await readdir(temporary)).toEqual([]);
  }, 600_000);

  it.each([['--twice'], ['--json']])('takes %s for wrong usage', async (...args) => {
    const { code, stdout, stderr } = await demo(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(args[0]);
  });
});
