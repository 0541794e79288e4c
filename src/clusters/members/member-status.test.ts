import { equal } from 'node:assert/strict';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { type KubeObject, objectKey } from '../../api/index.ts';
import { AlreadyExistsError, type KubeClient, type Resource, ServerError } from '../../kube/index.ts';
// oxlint-disable-next-line no-restricted-imports -- what is for tests has no door
import { applyMergePatch } from '../../../test/support/apply-merge-patch.ts';
import { aMember } from '../testing/a-member.ts';
import { FakeHub } from '../testing/fake-hub.ts';
import type { AwaitedSource, Member } from './member.ts';
import type { MemberNews } from './member-news.ts';
import { MemberStatus } from './member-status.ts';

const member = aMember('kubeconfig#member-a', { alias: 'member-a' });
const entry = { id: 'member-a', provider: 'kubeconfig', state: 'Ready', info: 'It answers.' };

function configuration(name: string, clusters?: object, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'install.kedify.io/v1alpha1',
    kind: 'KedifyConfiguration',
    metadata: { namespace: 'keda', name, ...metadata },
    ...(clusters === undefined ? {} : { status: { multiClusterStatus: { clusters } } }),
  };
}

class Fixture {
  readonly clock = new ManualClock();
  readonly hub = new FakeHub(['install.kedify.io/v1alpha1']);
  /** Names of the objects that were written, one for each write. */
  readonly writes: string[] = [];
  readonly bodies: unknown[] = [];
  readonly news: MemberNews[] = [];
  readonly problems: string[] = [];
  members: readonly Member[] = [member];
  isSynced = true;
  awaited: readonly AwaitedSource[] = [];
  /** What a definition without the field drops. */
  dropsUnread = false;
  isLeading = true;
  failure: Error | undefined;
  /** Undefined until it was told. */
  drained: ReadonlySet<string> | undefined;
  readonly #life = new AbortController();
  readonly #listeners = new Set<(changed: ReadonlySet<string>) => void>();
  readonly #objects = new Map<string, KubeObject>();

  constructor() {
    onTestFinished(async () => {
      this.#life.abort();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
      equal(this.hub.watches, 0);
      equal(this.#listeners.size, 0);
    });
  }

  put(object: KubeObject): void {
    this.#objects.set(objectKey(object.metadata), object);
    this.hub.put(object);
  }

  async run(): Promise<void> {
    const { hub, clock } = this;
    const isSynced = (): boolean => this.isSynced;
    const members = (): readonly Member[] => this.members;
    const awaited = (): readonly AwaitedSource[] => this.awaited;
    const status = new MemberStatus({
      client: { ...hub.client, patch: this.#patch, create: this.#create } as unknown as KubeClient,
      namespace: 'keda',
      members: {
        get isSynced() {
          return isSynced();
        },
        get awaited() {
          return awaited();
        },
        get members() {
          return members();
        },
        aliases: new Map(),
        subscribe: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
        drain: (aliases) => {
          this.drained = aliases;
        },
      },
      clock,
      leading: () => (this.isLeading ? this.#life.signal : undefined),
      onNews: (news) => this.news.push(news),
      onProblem: (problem) => this.problems.push(problem),
    });
    void status.run(this.#life.signal);
    await clock.advance(0);
  }

  /** The registry tells of a change, and so much time passes. */
  async changed(members: readonly Member[], ms = 1_000): Promise<void> {
    this.members = members;
    for (const listener of this.#listeners) listener(new Set());
    await this.clock.advance(ms);
  }

  readonly #patch = async (
    _resource: Resource,
    name: { readonly namespace: string; readonly name: string },
    _type: string,
    body: unknown,
  ): Promise<KubeObject> => {
    if (this.failure !== undefined) throw this.failure;
    this.writes.push(name.name);
    this.bodies.push((body as { readonly status: unknown }).status);
    const object = applyMergePatch(this.#objects.get(objectKey(name)), body) as KubeObject;
    if (this.dropsUnread)
      delete (object as { status?: { multiClusterStatus?: { unread?: unknown } } }).status?.multiClusterStatus
        ?.unread;
    this.put(object);
    return this.hub.client.get(_resource, name);
  };

  readonly #create = async (resource: Resource, object: KubeObject): Promise<KubeObject> => {
    const context = { cluster: 'hub', verb: 'create', resource: resource.plural };
    if (this.#objects.has(objectKey(object.metadata))) throw new AlreadyExistsError(context, { message: '' });
    this.put(object);
    return this.hub.client.get(resource, object.metadata);
  };
}

test('the members are written, and not again while nothing changes', async () => {
  const fixture = new Fixture();
  fixture.put(configuration('kedify'));
  await fixture.run();
  await fixture.clock.advance(300_000);
  expect(fixture.writes).toEqual(['kedify']);
  expect(fixture.bodies).toEqual([{ multiClusterStatus: { clusters: { 'member-a': entry } } }]);
});

test('where there is no object to write to, one is made', async () => {
  const fixture = new Fixture();
  await fixture.run();
  expect(fixture.writes).toEqual(['kedify']);
  await fixture.clock.advance(60_000);
  expect(fixture.writes).toEqual(['kedify']);
});

test.for([
  ['the first, as long as none tells of members', [configuration('b'), configuration('a')], 'a'],
  ['the one that tells of members', [configuration('a'), configuration('b', {})], 'b'],
] as const)('of several objects it is %s', async ([, objects, chosen]) => {
  const fixture = new Fixture();
  for (const object of objects) fixture.put(object);
  await fixture.run();
  expect(fixture.writes).toEqual([chosen]);
});

test('only what changed is written, and what came and went is taken away', async () => {
  const fixture = new Fixture();
  fixture.put(configuration('kedify', { 'member-a': { ...entry, hardTainted: true }, gone: entry }));
  await fixture.run();
  expect(fixture.bodies).toEqual([{ multiClusterStatus: { clusters: { gone: null } } }]);
});

test('a burst of changes is one write more', async () => {
  const fixture = new Fixture();
  fixture.put(configuration('kedify'));
  await fixture.run();
  await fixture.changed([{ ...member, state: 'NotReady' }], 100);
  await fixture.changed([{ ...member, info: 'one' }], 100);
  await fixture.changed([{ ...member, info: 'two' }], 2_000);
  expect(fixture.writes).toHaveLength(2);
  expect(fixture.bodies.at(-1)).toMatchObject({
    multiClusterStatus: { clusters: { 'member-a': { info: 'two' } } },
  });
});

test('what others change back is mended within a tick', async () => {
  const fixture = new Fixture();
  fixture.put(configuration('kedify'));
  await fixture.run();
  await fixture.clock.advance(5_000);
  fixture.put(configuration('kedify', { 'member-a': { ...entry, state: 'Odd' } }));
  await fixture.clock.advance(15_000);
  expect(fixture.writes).toHaveLength(2);
});

test('nothing is written before all sources have told, nor while another replica leads', async () => {
  const fixture = new Fixture();
  fixture.put(configuration('kedify', { 'member-b': entry }));
  fixture.isSynced = false;
  await fixture.run();
  await fixture.clock.advance(60_000);
  fixture.isSynced = true;
  fixture.isLeading = false;
  await fixture.clock.advance(60_000);
  expect(fixture.writes).toEqual([]);
  fixture.isLeading = true;
  await fixture.clock.advance(15_000);
  expect(fixture.writes).toHaveLength(1);
});

test('news is told after it was written, once', async () => {
  const fixture = new Fixture();
  fixture.put(configuration('kedify'));
  fixture.failure = new ServerError(
    { cluster: 'hub', verb: 'patch', resource: 'kedifyconfigurations' },
    { message: 'busy', httpStatus: 500 },
  );
  await fixture.run();
  expect(fixture.news).toEqual([]);
  expect(fixture.problems.join()).toContain('busy');
  fixture.failure = undefined;
  await fixture.clock.advance(60_000);
  expect(fixture.news.map(({ reason }) => reason)).toEqual(['MemberRegistered']);
});

test('a hub that does not serve the kind is asked again, and served as soon as it does', async () => {
  const fixture = new Fixture();
  fixture.hub.served.clear();
  await fixture.run();
  expect(fixture.problems).toEqual([
    'this hub does not serve KedifyConfigurations (install.kedify.io/v1alpha1), so that no status tells of the members',
  ]);
  fixture.hub.served.add('install.kedify.io/v1alpha1');
  await fixture.clock.advance(30_000);
  expect(fixture.writes).toEqual(['kedify']);
});

test('the annotations of the object say who is to be drained, whoever leads', async () => {
  const fixture = new Fixture();
  fixture.isLeading = false;
  const annotations = { 'drain.wheelwright.dev/a': 'true', 'drain.wheelwright.dev/b': 'no', other: 'true' };
  fixture.put(configuration('kedify', undefined, { annotations }));
  await fixture.run();
  expect(fixture.drained).toEqual(new Set(['a']));
  fixture.put(configuration('kedify'));
  await fixture.clock.advance(0);
  expect(fixture.drained).toEqual(new Set());
});

test('who is drained is told once it is known, also where there is no object', async () => {
  const fixture = new Fixture();
  fixture.hub.failure = new ServerError(
    { cluster: 'hub', verb: 'list', resource: 'kedifyconfigurations' },
    { message: 'out of order' },
  );
  await fixture.run();
  expect(fixture.drained).toBeUndefined();
  fixture.hub.failure = undefined;
  await fixture.clock.advance(30_000);
  expect(fixture.drained).toEqual(new Set());
});

test('where the kind is not served nobody is drained, and who was drained stays so when it is taken away', async () => {
  const fixture = new Fixture();
  fixture.hub.served.clear();
  await fixture.run();
  expect(fixture.drained).toEqual(new Set());
  const annotations = { 'drain.wheelwright.dev/a': 'true' };
  fixture.put(configuration('kedify', undefined, { annotations }));
  fixture.hub.served.add('install.kedify.io/v1alpha1');
  await fixture.clock.advance(30_000);
  expect(fixture.drained).toEqual(new Set(['a']));
  fixture.hub.served.clear();
  fixture.hub.breakWatches(404);
  await fixture.clock.advance(30_000);
  expect(fixture.drained).toEqual(new Set(['a']));
});

describe('while a source cannot be read', () => {
  const why = 'The directory /etc/mc cannot be read (ENOENT).';
  const ofFile = { id: '/etc/mc/b+b', provider: 'file', state: 'Ready', info: 'It answers.' };

  function hindered(): Fixture {
    const fixture = new Fixture();
    fixture.isSynced = false;
    fixture.awaited = [{ provider: 'file', why }];
    fixture.put(configuration('kedify', { 'member-b': ofFile, gone: { ...entry, id: 'gone' } }));
    return fixture;
  }

  test('the status tells why, the members that are known, and that nobody knows of the others', async () => {
    const fixture = hindered();
    await fixture.run();
    await fixture.clock.advance(60_000);
    expect(fixture.bodies).toEqual([
      {
        multiClusterStatus: {
          unread: { file: why },
          clusters: { 'member-a': entry, 'member-b': { ...ofFile, state: 'Unknown', info: why }, gone: null },
        },
      },
    ]);
    expect(fixture.news.map(({ reason }) => reason)).toEqual(['MemberRemoved', 'MemberRegistered']);
  });

  test('the status is told anew, and says nothing more of it, once it can be read', async () => {
    const fixture = hindered();
    await fixture.run();
    await fixture.clock.advance(1_000);
    fixture.isSynced = true;
    await fixture.changed([member], 60_000);
    expect(fixture.bodies.slice(1)).toEqual([
      { multiClusterStatus: { unread: { file: null }, clusters: { 'member-b': null } } },
    ]);
  });

  test('a definition without the field is not written to again and again', async () => {
    const fixture = hindered();
    fixture.dropsUnread = true;
    await fixture.run();
    await fixture.clock.advance(300_000);
    expect(fixture.writes).toHaveLength(1);
  });

  test('a refused write is made again', async () => {
    const fixture = hindered();
    fixture.failure = new ServerError({ cluster: 'hub', verb: 'patch', resource: 'x' }, { message: 'no' });
    await fixture.run();
    await fixture.clock.advance(1_000);
    fixture.failure = undefined;
    await fixture.clock.advance(60_000);
    expect(fixture.writes).toHaveLength(1);
  });

  test('nothing is told before it is known that it cannot be', async () => {
    const fixture = hindered();
    fixture.awaited = [{ provider: 'file', why: undefined }];
    await fixture.run();
    await fixture.clock.advance(60_000);
    expect(fixture.writes).toEqual([]);
  });
});
