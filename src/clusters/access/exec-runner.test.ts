import { type spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createHash } from 'node:crypto';
import { appendFile, chmod, copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { hurriedClock } from '../../../test/support/hurried-clock.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { systemClock } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import { inheritedEnvironment } from './exec-environment.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import { ExecRunner, type ExecRunnerOptions } from './exec-runner.ts';

const command = fileURLToPath(new URL('./testing/scenario-plugin.sh', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'exec-runner-'));
const { signal } = new AbortController();
let files = 0;
const newFile = (): string => join(directory, `file-${files++}`);

function newRunner(options: Partial<ExecRunnerOptions> = {}): ExecRunner {
  const environment = { PATH: process.env['PATH'] ?? '' };
  const runner = new ExecRunner({ clock: systemClock, environment, commands: {}, ...options });
  onTestFinished(() => runner.close());
  return runner;
}

const invocation = (args: readonly string[], fields: Partial<PluginInvocation> = {}): PluginInvocation => ({
  type: 'plugin',
  command,
  args,
  env: [],
  apiVersion: 'client.authentication.k8s.io/v1',
  clusterInfo: undefined,
  installHint: undefined,
  ...fields,
});

async function run(args: readonly string[], options: Partial<ExecRunnerOptions> = {}): Promise<string> {
  return (await newRunner(options).run(invocation(args), signal)).toString();
}

async function failure(
  args: readonly string[],
  options: Partial<ExecRunnerOptions> = {},
): Promise<AccessError> {
  const error = await run(args, options).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(AccessError);
  return error as AccessError;
}

/** Gone, or dead and not yet reaped by whoever inherited it. */
async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || /\) Z /.test(stat);
}

const pidIn = async (file: string): Promise<number> => Number(await readFile(file, 'utf8'));

test('the output of a plugin is returned as it is', async () => {
  expect(await run(['token', 't'])).toBe(
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}\n',
  );
});

test('arguments go to the plugin one by one and never through a shell', async () => {
  const args = ['arguments', 'a b', '$(touch /tmp/never)', '; exit 1', '*', ''];
  expect(await run(args)).toBe(args.map((arg) => `${arg}\n`).join(''));
});

test('a plugin starts in the root directory', async () => {
  expect(await run(['directory'])).toBe('/\n');
});

test('a plugin sees what is allow-listed, what is configured, KUBERNETES_EXEC_INFO, and nothing else (P41)', async () => {
  const environment = inheritedEnvironment(
    {
      PATH: '/usr/bin:/bin',
      HOME: '/h',
      POD_NAMESPACE: 'n',
      SECRET: 's',
      EXTRA: 'e',
      NODE_OPTIONS: 'x',
      A: 'theirs',
    },
    ['EXTRA'],
  );
  const output = await newRunner({ environment }).run(
    invocation(['environment'], {
      env: [
        { name: 'A', value: 'ours' },
        { name: 'HOME', value: '/configured' },
        { name: 'KUBERNETES_EXEC_INFO', value: 'not this' },
      ],
    }),
    signal,
  );
  const seen = output.toString().trim().split('\n').sort();
  // What the shell itself adds.
  expect(seen.filter((line) => !/^(PWD|SHLVL|_|OLDPWD)=/.test(line))).toEqual([
    'A=ours',
    'EXTRA=e',
    'HOME=/configured',
    'KUBERNETES_EXEC_INFO={"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}',
    'PATH=/usr/bin:/bin',
    'POD_NAMESPACE=n',
  ]);
});

test('a plugin that reads stdin reads its end (P11)', async () => {
  expect(await run(['read-stdin', 't'])).toContain('"token":"t"');
});

test('a plugin that prints too much is stopped (P6)', async () => {
  const error = await failure(['flood-stdout']);
  expect(error).toMatchObject({
    kind: 'PluginOutputTooLarge',
    message: "plugin 'scenario-plugin.sh' printed more than 1 MiB",
  });
});

test('of an endless stderr the end is kept (P7)', async () => {
  const error = await failure(['flood-stderr']);
  expect(error.kind).toBe('PluginExit');
  expect(error.message).toContain('it said last (redacted): "the last words"');
});

test('a plugin that hangs is ended at the time limit (P8)', async () => {
  const file = newFile();
  const error = await failure(['hang', file], { clock: hurriedClock(50), timeoutMs: 15_000 });
  expect(error).toMatchObject({
    kind: 'PluginTimeout',
    message: "plugin 'scenario-plugin.sh' did not answer within 15 s",
  });
  await eventually(async () => isGone(await pidIn(file)));
});

test('a plugin that ignores SIGTERM is killed (P9)', async () => {
  const file = newFile();
  const error = await failure(['ignore-term', file], { clock: hurriedClock(50), timeoutMs: 15_000 });
  expect(error.kind).toBe('PluginTimeout');
  await eventually(async () => isGone(await pidIn(file)));
});

test('what a plugin leaves behind neither delays its answer nor survives it (P10)', async () => {
  const file = newFile();
  expect(await run(['leave-child', file])).toContain('"token":"left"');
  await eventually(async () => isGone(await pidIn(file)));
});

test('an exit code is told with the last words, masked and on one line (P12)', async () => {
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
  const error = await failure(['fail', `got ${jwt}\\n\\033[31msecrets "ap-1" is forbidden\\033[0m\\n`]);
  expect(error.kind).toBe('PluginExit');
  expect(error.message).toMatch(
    /^plugin 'scenario-plugin\.sh' exited with code 1; it said last \(redacted\): "got \[redacted\] secrets "ap-1" is forbidden"$/,
  );
  expect(error.durationMs).toBeGreaterThan(0);
});

test('of many words the last 200 characters are told, masked before they are cut', async () => {
  const token = `k8s-aws-v1.${'x'.repeat(300)}`;
  const error = await failure(['fail', `${'y'.repeat(500)} ${token} the end`]);
  const quote = /"(.*)"$/.exec(error.message)?.[1] ?? '';
  expect(quote).toHaveLength(200);
  expect(quote).toMatch(/y \[redacted\] the end$/);
});

test('an exit code without a word is told all the same (P13)', async () => {
  expect((await failure(['fail', ''])).message).toBe("plugin 'scenario-plugin.sh' exited with code 1");
});

test('the answer of a plugin that fails does not count (P45)', async () => {
  expect(await failure(['fail-after-answer'])).toMatchObject({
    kind: 'PluginExit',
    message: "plugin 'scenario-plugin.sh' exited with code 3",
  });
});

test('a crash is told by its signal (P14)', async () => {
  expect(await failure(['crash'])).toMatchObject({
    kind: 'PluginSignal',
    message: "plugin 'scenario-plugin.sh' was killed by SIGSEGV",
  });
});

test('a plugin that is not there is told with its install hint (P15)', async () => {
  const missing = invocation([], { command: '/no/such/plugin', installHint: 'See the chart.' });
  await expect(newRunner().run(missing, signal)).rejects.toMatchObject({
    kind: 'PluginNotFound',
    message: "there is no plugin '/no/such/plugin'. See the chart.",
  });
});

test('a plugin whose loader is missing is told as that (P18)', async () => {
  const path = newFile();
  await writeFile(path, '#!/no/such/interpreter\n');
  await chmod(path, 0o755);
  await expect(newRunner().run(invocation([], { command: path }), signal)).rejects.toMatchObject({
    kind: 'PluginNotFound',
    message: expect.stringContaining('the file is there, but its loader is not'),
  });
});

test.for([
  ['EAGAIN', 'PluginSpawnFailed', 'no room for another process now (EAGAIN)'],
  ['EMFILE', 'PluginSpawnFailed', 'no room for another process now (EMFILE)'],
  ['ENOMEM', 'PluginSpawnFailed', 'no room for another process now (ENOMEM)'],
  ['EACCES', 'PluginNotExecutable', 'its volume is mounted noexec'],
  ['ENOEXEC', 'PluginNotExecutable', 'built for another architecture'],
  ['E2BIG', 'ExecInfoTooLarge', 'larger than the system allows'],
] as const)(
  'a start that fails with %s is %s, thrown or emitted, and the next one works (P16, P17, P19)',
  async ([code, kind, why]) => {
    const fault = (): Error => Object.assign(new Error(`spawn ${code}`), { code });
    const thrown = (() => {
      throw fault();
    }) as unknown as typeof spawn;
    const emitted = (() => {
      const child = new EventEmitter();
      queueMicrotask(() => child.emit('error', fault()));
      return child;
    }) as unknown as typeof spawn;
    for (const spawn of [thrown, emitted]) {
      const error = await failure(['token', 't'], { spawn, concurrency: 1 });
      expect(error.kind).toBe(kind);
      expect(error.message).toContain(why);
    }
  },
);

test('a program outside the plugin directories is not run, however it got there (C9)', async () => {
  await expect(
    newRunner({ commands: { directories: ['/plugins'] } }).run(invocation(['token', 't']), signal),
  ).rejects.toMatchObject({
    kind: 'PolicyDenied',
  });
});

test('a plugin that is pinned is run while it is the one that was pinned, and not once it is replaced (C11)', async () => {
  const pinned = newFile();
  await copyFile(command, pinned);
  await chmod(pinned, 0o755);
  const sha256 = createHash('sha256')
    .update(await readFile(command))
    .digest('hex');
  const runner = newRunner();
  const run = () => runner.run(invocation(['token', 't'], { command: pinned, sha256 }), signal);
  expect((await run()).toString()).toContain('"t"');
  await appendFile(pinned, '# harmless\n');
  await expect(run()).rejects.toMatchObject({ kind: 'PolicyDenied' });
  await copyFile(command, pinned);
  expect((await run()).toString()).toContain('"t"');
});

test('a CA bundle that is too large is told before anything is run, and does not matter where it is not passed (P43)', async () => {
  const endpoint = { server: 'https://spoke', certificateAuthority: 'x'.repeat(200 << 10) };
  const runner = newRunner();
  await expect(
    runner.run(invocation(['token', 't'], { clusterInfo: { endpoint } }), signal),
  ).rejects.toMatchObject({
    kind: 'ExecInfoTooLarge',
  });
  expect((await runner.run(invocation(['token', 't']), signal)).toString()).toContain('"t"');
});

test('so many plugins run at a time, and all get their turn (P36)', async () => {
  let running = 0;
  let most = 0;
  const { spawn: realSpawn } = await import('node:child_process');
  const counting = ((...args: Parameters<typeof realSpawn>) => {
    most = Math.max(most, ++running);
    const child = realSpawn(...args);
    child.once('exit', () => running--);
    return child;
  }) as typeof spawn;
  const runner = newRunner({ concurrency: 3, spawn: counting });
  const outputs = await Promise.all(
    Array.from({ length: 12 }, (_, i) => runner.run(invocation(['token', `t${i}`]), signal)),
  );
  expect(outputs.map((output) => /t\d+/.exec(output.toString())?.[0])).toEqual(
    Array.from({ length: 12 }, (_, i) => `t${i}`),
  );
  expect(most).toBe(3);
});

test('a plugin that hangs keeps plugins of other commands waiting never, and those of its own only once', async () => {
  const file = newFile();
  const clock = new ManualClock();
  const runner = newRunner({ concurrency: 1, clock });
  const hanging = invocation(['hang', file]);
  const quick = invocation(['token', 't']);
  const elsewhere = newFile();
  await copyFile(command, elsewhere);
  await chmod(elsewhere, 0o755);

  const first = runner.run(hanging, signal).catch((error: unknown) => error);
  await eventually(async () => (await pidIn(file)) > 0);
  await runner.run({ ...quick, command: elsewhere }, signal);
  expect(runner.active).toBe(1);
  await clock.advance(30_000);
  expect(await first).toMatchObject({ kind: 'PluginTimeout' });

  await writeFile(file, '');
  const second = runner.run(hanging, signal).catch((error: unknown) => error);
  await eventually(async () => (await pidIn(file)) > 0);
  await runner.run(quick, signal);
  expect(runner.active).toBe(1);
  await clock.advance(30_000);
  expect(await second).toMatchObject({ kind: 'PluginTimeout' });
});

test('plugins that hang are in the way of a plugin of the same command for seconds, however many there are', async () => {
  const clock = new ManualClock();
  const runner = newRunner({ concurrency: 1, clock });
  const files = [newFile(), newFile(), newFile()];
  const hanging = files.map((file) => runner.run(invocation(['hang', file]), signal));
  const outcomes = Promise.allSettled(hanging);
  const healthy = runner.run(invocation(['token', 't']), signal);
  for (const file of files) {
    await eventually(async () => (await pidIn(file)) > 0);
    await clock.advance(2_000);
  }
  expect((await healthy).toString()).toContain('"t"');
  expect(runner.active).toBe(3);

  // One goes on among the slow ones; the others were ended and wait for their turn there.
  const pids = await Promise.all(files.map(pidIn));
  expect(await isGone(pids[0] ?? 0)).toBe(false);
  for (const pid of pids.slice(1)) await eventually(async () => isGone(pid), 'the end of an evicted plugin');
  // Whichever of them was gone first is the next one.
  const waiting = new Set(files.slice(1));
  for (const file of waiting) await writeFile(file, '');
  while (waiting.size > 0) {
    await clock.advance(30_000);
    await eventually(async () => {
      for (const file of waiting) if ((await pidIn(file)) > 0) return waiting.delete(file);
      return false;
    }, `the turn of one of ${waiting.size}`);
  }
  await clock.advance(30_000);
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { kind: 'PluginTimeout' } });
});

test('plugins that are slow while nobody waits are left alone', async () => {
  const clock = new ManualClock();
  const runner = newRunner({ concurrency: 1, clock });
  const files = [newFile(), newFile()];
  const outcomes = Promise.allSettled(files.map((file) => runner.run(invocation(['hang', file]), signal)));
  for (const file of files) {
    await eventually(async () => (await pidIn(file)) > 0);
    await clock.advance(2_000);
  }
  const pids = await Promise.all(files.map(pidIn));
  await clock.advance(20_000);
  for (const pid of pids) expect(await isGone(pid)).toBe(false);
  await clock.advance(10_000);
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { kind: 'PluginTimeout' } });
});

test('an aborted run ends its plugin, and rejects with the reason', async () => {
  const file = newFile();
  const controller = new AbortController();
  const running = newRunner().run(invocation(['hang', file]), controller.signal);
  await eventually(async () => (await pidIn(file)) > 0);
  controller.abort('enough');
  await expect(running).rejects.toBe('enough');
  await eventually(async () => isGone(await pidIn(file)));
});

test('closing ends what runs and what waits, and nothing survives (P44)', async () => {
  const file = newFile();
  const runner = newRunner({ concurrency: 1 });
  const runs = [
    runner.run(invocation(['hang', file]), signal),
    runner.run(invocation(['token', 't']), signal),
  ];
  const outcomes = Promise.allSettled(runs);
  await eventually(async () => (await pidIn(file)) > 0);
  expect(runner.active).toBe(2);
  await runner.close();
  expect(runner.active).toBe(0);
  await eventually(async () => isGone(await pidIn(file)));
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'Closed' } });
  await expect(runner.run(invocation(['token', 't']), signal)).rejects.toMatchObject({ kind: 'Closed' });
});
