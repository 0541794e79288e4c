import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../kube/index.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { AccessError } from './access-error.ts';
import { loadProviderFile } from './provider-file-load.ts';
import {
  type ProviderFileChange,
  ProviderFileWatcher,
  type ProviderFileWatcherOptions,
} from './provider-file-watcher.ts';

/** A provider file, by the names and first arguments of its providers. */
function content(providers: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    providers: Object.entries(providers).map(([name, arg]) => ({
      name,
      execConfig: { apiVersion: 'client.authentication.k8s.io/v1', command: '/plugins/x', args: [arg] },
    })),
  });
}

class Fixture {
  readonly clock = new ManualClock();
  readonly changes: ProviderFileChange[] = [];
  readonly problems: (string | undefined)[] = [];
  /** What the directory's watch calls, while there is one. */
  readonly watches = new Set<() => void>();
  path = '';
  watcher!: ProviderFileWatcher;

  static async open(options: Partial<ProviderFileWatcherOptions> = {}): Promise<Fixture> {
    const fixture = new Fixture();
    fixture.path = join(await mkdtemp(join(tmpdir(), 'provider-file-')), 'config.json');
    await writeFile(fixture.path, content({ a: '1', b: '1' }));
    fixture.watcher = await ProviderFileWatcher.open({
      path: fixture.path,
      commands: {},
      clock: fixture.clock,
      onChange: (change) => fixture.changes.push(change),
      onProblem: (problem) => fixture.problems.push(problem?.message),
      watchDirectory: (_directory, onEvent) => {
        fixture.watches.add(onEvent);
        return () => fixture.watches.delete(onEvent);
      },
      ...options,
    });
    onTestFinished(() => fixture.watcher.close());
    await fixture.settled();
    return fixture;
  }

  async write(text: string): Promise<void> {
    await writeFile(this.path, text);
    await this.event();
  }

  /** Something happens in the directory, and the debounce passes. */
  async event(): Promise<void> {
    for (const watch of this.watches) watch();
    await this.clock.advance(1_000);
    await this.settled();
  }

  /** The watcher reads real files, so its next wait on the clock is what tells that it is done. */
  async settled(): Promise<void> {
    while (this.clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a change is told, with the names that changed, and the others are not (C12, C13, C14)', async () => {
  const fixture = await Fixture.open();
  await fixture.write(content({ a: '1', b: '2', c: '1' }));
  await fixture.write(content({ b: '2', c: '1' }));
  expect(fixture.changes.map(({ changed, reordered }) => ({ changed, reordered }))).toEqual([
    { changed: ['b', 'c'], reordered: false },
    { changed: ['a'], reordered: false },
  ]);
  expect(fixture.watcher.file.providers.map(({ name }) => name)).toEqual(['b', 'c']);
});

test('another order is a change, other white space is none', async () => {
  const fixture = await Fixture.open();
  await fixture.write(content({ b: '1', a: '1' }));
  await fixture.write(`${content({ b: '1', a: '1' })}\n\n`);
  expect(fixture.changes.map(({ changed, reordered }) => ({ changed, reordered }))).toEqual([
    { changed: [], reordered: true },
  ]);
});

test('several events within the debounce are one reload', async () => {
  const fixture = await Fixture.open();
  for (const step of ['', '{', content({ a: '2' })]) {
    await writeFile(fixture.path, step);
    for (const watch of fixture.watches) watch();
    await fixture.clock.advance(300);
  }
  expect(fixture.changes).toEqual([]);
  await fixture.clock.advance(700);
  await fixture.settled();
  expect(fixture.changes).toHaveLength(1);
  expect(fixture.problems).toEqual([]);
});

test('content that cannot be used changes nothing, is told once, and is over with good content (C3)', async () => {
  const fixture = await Fixture.open();
  const good = fixture.watcher.file;
  await fixture.write('{');
  await fixture.event();
  expect(fixture.watcher.file).toBe(good);
  expect(fixture.watcher.problem?.message).toContain('it must be JSON');
  await fixture.write(content({ a: '1', b: '1' }));
  expect(fixture.watcher.problem).toBeUndefined();
  expect(fixture.problems).toEqual([expect.stringContaining('it must be JSON'), undefined]);
  expect(fixture.changes).toEqual([]);
});

test('a file that goes and comes back unchanged is a problem that ends', async () => {
  const fixture = await Fixture.open();
  await rm(fixture.path);
  await fixture.event();
  expect(fixture.watcher.file.providers).toHaveLength(2);
  await fixture.write(content({ a: '1', b: '1' }));
  expect(fixture.problems).toEqual([expect.stringContaining('there is no such file'), undefined]);
  expect(fixture.changes).toEqual([]);
});

test('a change whose event was lost is found by the poll', async () => {
  const fixture = await Fixture.open();
  await writeFile(fixture.path, content({ a: '2', b: '1' }));
  await fixture.clock.advance(60_000);
  await fixture.settled();
  expect(fixture.changes.map(({ changed }) => changed)).toEqual([['a']]);
});

test('where the directory cannot be watched, polling goes on and the watch is tried again', async () => {
  let attempts = 0;
  const fixture = await Fixture.open({
    watchDirectory: () => {
      attempts++;
      throw new Error('ENOSPC: System limit for number of file watchers reached');
    },
  });
  await writeFile(fixture.path, content({ a: '2', b: '1' }));
  await fixture.clock.advance(60_000);
  await fixture.settled();
  expect(fixture.changes).toHaveLength(1);
  expect(attempts).toBe(2);
});

test('there is one watch at a time, and after closing neither watch nor timer', async () => {
  const fixture = await Fixture.open();
  await fixture.event();
  await fixture.event();
  expect(fixture.watches.size).toBe(1);
  await fixture.watcher.close();
  expect(fixture.watches.size).toBe(0);
  expect(fixture.clock.sleeping).toBe(0);
  await fixture.watcher.close();
});

test('the swap of a ConfigMap volume is seen through the real file system (C12)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'config-map-'));
  const publish = async (version: string, text: string): Promise<void> => {
    await mkdir(join(directory, version));
    await writeFile(join(directory, version, 'config.json'), text);
    await symlink(version, join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
  };
  await publish('..2026_1', content({ a: '1' }));
  await symlink('..data/config.json', join(directory, 'config.json'));
  const changed = Promise.withResolvers<ProviderFileChange>();
  const watcher = await ProviderFileWatcher.open({
    path: join(directory, 'config.json'),
    commands: {},
    clock: systemClock,
    debounceMs: 1,
    onChange: changed.resolve,
    onProblem: (problem: AccessError | undefined) => changed.reject(problem),
  });
  await publish('..2026_2', content({ a: '2' }));
  expect((await changed.promise).changed).toEqual(['a']);
  await watcher.close();
});

test.for([
  ['a missing file', {}, 'there is no such file'],
  [
    'a command outside the plugin directories',
    { directories: ['/access-plugins'] },
    "must lie below '/access-plugins'",
  ],
] as const)('the start fails with %s (C2, C10)', async ([what, commands, problem]) => {
  const path = join(await mkdtemp(join(tmpdir(), 'provider-file-')), 'config.json');
  if (what !== 'a missing file') await writeFile(path, content({ a: '1' }));
  await expect(loadProviderFile({ path, commands })).rejects.toThrow(problem);
  await expect(loadProviderFile({ path, commands })).rejects.toThrow(
    `cannot use access provider file ${path}: `,
  );
});
