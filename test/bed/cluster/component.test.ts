import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Supervisor } from '../processes/supervisor.ts';
import { waitFor } from '../wait-for.ts';
import { Component } from './component.ts';

let directory: string;
let supervisor: Supervisor;
let warnings: string[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bed-component-'));
  supervisor = await Supervisor.start({ bedDirectory: directory, temporary: true });
  warnings = [];
});
afterEach(async () => {
  await supervisor.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Not etcd but node: its "flags" are a program. */
function component(): Component {
  return new Component({
    name: 'etcd',
    cluster: 'hub',
    file: process.execPath,
    directory,
    logFile: join(directory, 'etcd.log'),
    supervisor,
    onUnaskedExit: (message) => warnings.push(message),
    // Patience is over at once.
    clock: {
      now: Date.now,
      monotonic: () => 0,
      sleep: async () => await new Promise((wake) => setImmediate(wake)),
    },
  });
}

const forever = ['-e', 'console.log("up"); setInterval(() => 0, 1e6)'];
const stubborn = ['-e', 'process.on("SIGTERM", () => 0); console.log("up"); setInterval(() => 0, 1e6)'];

test('a component goes from stopped to running, frozen, running, stopped', async () => {
  const etcd = component();
  expect(etcd.state).toBe('stopped');
  expect(etcd.pid).toBeUndefined();
  const ended = await etcd.start(forever);
  expect(etcd.state).toBe('running');
  expect(etcd.pid).toBeGreaterThan(1);
  await etcd.freeze();
  expect(etcd.state).toBe('frozen');
  await etcd.thaw();
  expect(etcd.state).toBe('running');
  await etcd.kill();
  expect(etcd.state).toBe('stopped');
  expect(ended.aborted).toBe(true);
  expect(warnings).toEqual([]);
});

test.each(['stop', 'kill'] as const)('%s ends a frozen component', async (verb) => {
  const etcd = component();
  await etcd.start(forever);
  await etcd.freeze();
  await etcd[verb]();
  expect(etcd.state).toBe('stopped');
});

test('what does not end on SIGTERM is killed', async () => {
  const etcd = component();
  await etcd.start(stubborn);
  await waitFor('the handler', () => etcd.log.text().includes('up'));
  await etcd.stop();
  expect(etcd.state).toBe('stopped');
  expect(warnings).toEqual([]);
});

test('a component that ends by itself is told of, with its log since this start', async () => {
  const etcd = component();
  await etcd.start(['-e', 'console.log("first life")']);
  await waitFor('the end', () => etcd.state === 'stopped');
  const ended = await etcd.start(['-e', 'console.log("bind: address already in use"); process.exit(7)']);
  await waitFor('the end', () => ended.aborted);
  expect(warnings).toEqual([
    "etcd of cluster 'hub' ended with exit code 0",
    "etcd of cluster 'hub' ended with exit code 7",
  ]);
  expect((ended.reason as Error).message).toBe(
    `etcd of cluster 'hub' ended with exit code 7; its log, ${etcd.log.file}:\n  bind: address already in use`,
  );
});

test('it is started once only, and stopping what does not run is no mistake', async () => {
  const etcd = component();
  await etcd.stop();
  await etcd.kill();
  await etcd.freeze();
  expect(etcd.state).toBe('stopped');
  await etcd.start(forever);
  await expect(etcd.start(forever)).rejects.toThrow("etcd of cluster 'hub' runs already");
});
