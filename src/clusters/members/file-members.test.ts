import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { MountedDirectory } from '../../../test/support/mounted-directory.ts';
import { waitFor } from '../../../test/bed/wait-for.ts';
import { createServerPolicy } from '../access/index.ts';
import { FakeServer } from '../testing/fake-cluster-client.ts';
import { FileMembers } from './file-members.ts';

/** A kubeconfig with these contexts, all of them good. */
function kubeconfig(...contexts: readonly string[]): string {
  return JSON.stringify({
    clusters: [{ name: 'k', cluster: { server: 'https://member' } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: contexts.map((name) => ({ name, context: { cluster: 'k', user: 'u' } })),
  });
}

class Fixture implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly server = new FakeServer();
  readonly problems = new Map<string | undefined, string>();
  readonly mounted: MountedDirectory;
  readonly members: FileMembers;
  readonly #life = new AbortController();
  readonly #running: Promise<void>;
  #looks = 0;
  #onEvent: () => void = () => undefined;

  static async create(files: Readonly<Record<string, string>>): Promise<Fixture> {
    const path = await mkdtemp(join(tmpdir(), 'members-'));
    const fixture = new Fixture(await MountedDirectory.create(path, files));
    onTestFinished(() => fixture[Symbol.asyncDispose]());
    await fixture.#looked(1);
    return fixture;
  }

  private constructor(mounted: MountedDirectory) {
    this.mounted = mounted;
    this.members = new FileMembers({
      directory: mounted.path,
      policy: createServerPolicy(),
      connectClient: this.server.connect,
      clock: this.clock,
      random: () => 0,
      onChange: () => undefined,
      onProblem: (place, problem) => {
        if (problem === undefined) this.problems.delete(place);
        else this.problems.set(place, problem);
      },
      watchDirectory: (_directory, onEvent) => {
        this.#looks++;
        this.#onEvent = onEvent;
        return () => undefined;
      },
    });
    this.#running = this.members.run(this.#life.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#running;
    await this.members.close();
    await this.clock.advance(0);
    equal(this.clock.sleeping, 0);
    equal(this.server.open, 0);
    await rm(this.mounted.path, { recursive: true, force: true });
  }

  /** The states of all members, by what follows the path of their directory. */
  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.members.entries()].map(({ local, state }) => [
        local.replace(`${this.mounted.path}/`, ''),
        state,
      ]),
    );
  }

  info(local: string): string | undefined {
    const wanted = `${this.mounted.path}/${local}`;
    return [...this.members.entries()].find((entry) => entry.local === wanted)?.info;
  }

  /** After the change was noticed and looked at. */
  async noticed(): Promise<void> {
    this.#onEvent();
    await this.clock.advance(500);
    await this.#looked(this.#looks);
  }

  /** So much later. */
  async later(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.#looked(this.#looks);
  }

  /** Files are read in real time: until the wait for the next event has begun. */
  async #looked(looks: number): Promise<void> {
    await waitFor('the files are read', async () => {
      await this.clock.advance(0);
      const waiting = this.clock.sleeping - [...this.members.entries()].length;
      return this.#looks >= looks && this.members.isSynced && waiting >= 1;
    });
  }
}

test('each context of each kubeconfig is a member, and nothing else is', async () => {
  const fixture = await Fixture.create({
    'member-a.kubeconfig': kubeconfig('agent@member-a'),
    'kubeconfig.yaml': kubeconfig('one', 'two'),
    'notes.txt': kubeconfig('three'),
    'kubeconfig.json': kubeconfig('four'),
  });
  expect(fixture.states).toEqual({
    'member-a.kubeconfig+agent@member-a': 'Ready',
    'kubeconfig.yaml+one': 'Ready',
    'kubeconfig.yaml+two': 'Ready',
  });
});

test('a swap of the data changes exactly what it changes, once it is sure', async () => {
  const fixture = await Fixture.create({ 'a.kubeconfig': kubeconfig('a'), 'b.kubeconfig': kubeconfig('b') });
  await fixture.mounted.write({ 'b.kubeconfig': kubeconfig('b'), 'c.kubeconfig': kubeconfig('c') });
  await fixture.noticed();
  expect(Object.keys(fixture.states)).toEqual(['a.kubeconfig+a', 'b.kubeconfig+b', 'c.kubeconfig+c']);
  await fixture.later(2_000);
  expect(Object.keys(fixture.states)).toEqual(['b.kubeconfig+b', 'c.kubeconfig+c']);
  expect(fixture.server.clients).toBe(3);
});

test('what is missing for a moment is not gone', async () => {
  const fixture = await Fixture.create({ 'a.kubeconfig': kubeconfig('a') });
  await fixture.mounted.write({});
  await fixture.noticed();
  await fixture.mounted.write({ 'a.kubeconfig': kubeconfig('a') });
  await fixture.later(2_000);
  await fixture.later(60_000);
  expect(fixture.states).toEqual({ 'a.kubeconfig+a': 'Ready' });
  expect(fixture.server.clients).toBe(1);
});

test('a file that is cut off keeps its members, and is told of', async () => {
  const fixture = await Fixture.create({ 'a.kubeconfig': kubeconfig('a'), 'b.kubeconfig': kubeconfig('b') });
  await fixture.mounted.write({
    'a.kubeconfig': kubeconfig('a').slice(0, 20),
    'b.kubeconfig': kubeconfig('b'),
  });
  await fixture.noticed();
  await fixture.later(600_000);
  expect(fixture.states).toEqual({ 'a.kubeconfig+a': 'Ready', 'b.kubeconfig+b': 'Ready' });
  expect(fixture.info('a.kubeconfig+a')).toContain('What it had before stays in force.');
  expect([...fixture.problems.keys()]).toEqual([join(fixture.mounted.path, 'a.kubeconfig')]);
  await fixture.mounted.write({ 'a.kubeconfig': kubeconfig('a'), 'b.kubeconfig': kubeconfig('b') });
  await fixture.noticed();
  expect(fixture.problems.size).toBe(0);
  expect(fixture.server.clients).toBe(2);
});

test('a directory that cannot be read takes nothing away', async () => {
  const fixture = await Fixture.create({ 'a.kubeconfig': kubeconfig('a') });
  const { path } = fixture.mounted;
  await rename(path, `${path}-gone`);
  await fixture.noticed();
  await fixture.later(60_000);
  expect(fixture.states).toEqual({ 'a.kubeconfig+a': 'Ready' });
  expect(fixture.problems.get(undefined)).toBe(`The directory ${path} cannot be read (ENOENT).`);
  await rename(`${path}-gone`, path);
  await fixture.later(60_000);
  expect(fixture.problems.size).toBe(0);
});

test('a directory that was never read says nothing about members', async () => {
  const path = join(tmpdir(), `members-${crypto.randomUUID()}`);
  const problems: (string | undefined)[] = [];
  const members = new FileMembers({
    directory: path,
    policy: createServerPolicy(),
    connectClient: new FakeServer().connect,
    clock: new ManualClock(),
    onChange: () => undefined,
    onProblem: (_place, problem) => problems.push(problem),
  });
  const life = new AbortController();
  const running = members.run(life.signal);
  await waitFor('it is told of', () => problems.length > 0);
  expect(members.isSynced).toBe(false);
  expect(members.hindrance).toBe(`The directory ${path} cannot be read (ENOENT).`);
  life.abort();
  await running;
});

test('without any event files are read every minute', async () => {
  const fixture = await Fixture.create({});
  await fixture.mounted.write({ 'a.kubeconfig': kubeconfig('a') });
  await fixture.later(60_000);
  expect(fixture.states).toEqual({ 'a.kubeconfig+a': 'Ready' });
});

test('links to elsewhere, sockets, directories and huge files are passed over, and told of', async () => {
  const fixture = await Fixture.create({ 'a.kubeconfig': kubeconfig('a') });
  const at = (name: string): string => join(fixture.mounted.path, `${name}.kubeconfig`);
  const elsewhere = join(await mkdtemp(join(tmpdir(), 'elsewhere-')), 'file');
  await writeFile(elsewhere, kubeconfig('elsewhere'));
  await symlink(elsewhere, at('link'));
  await symlink('.', at('directory'));
  await symlink('missing', at('missing'));
  const server = createServer().listen(at('socket'));
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  await writeFile(at('huge'), '');
  await truncate(at('huge'), 100 << 20);
  await fixture.noticed();
  expect(fixture.states).toEqual({ 'a.kubeconfig+a': 'Ready' });
  expect(Object.fromEntries(fixture.problems)).toEqual({
    [at('link')]: expect.stringContaining('also where it is a link'),
    [at('directory')]: expect.stringContaining('must lie below'),
    [at('missing')]: expect.stringContaining('cannot be read (ENOENT)'),
    [at('socket')]: expect.stringContaining('it must be a file'),
    [at('huge')]: expect.stringContaining('4 MiB'),
  });
});

test('a context that makes no sense is NotReady with the reason', async () => {
  const broken = kubeconfig('a', 'b').replace('"cluster":"k","user":"u"', '"cluster":"k","user":"nobody"');
  const fixture = await Fixture.create({ 'x.kubeconfig': broken });
  expect(fixture.states).toEqual({ 'x.kubeconfig+a': 'NotReady', 'x.kubeconfig+b': 'Ready' });
  expect(fixture.info('x.kubeconfig+a')).toContain("users must contain 'nobody'");
});
