import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { ClusterProfile } from '../access/index.ts';
import type { Cluster } from '../cluster.ts';
import type { ProfileLookup } from '../profile-source.ts';
import { fail, type TargetResolution } from '../target.ts';
import type { MemberEntry } from './member-source.ts';
import { ProfileMembers } from './profile-members.ts';

const key = 'fleet/ap-1';
const cluster = { name: key, serverVersion: 'v1.36.1' } as Cluster;
const resolved: TargetResolution = { resolved: true, cluster, provider: 'tokens' };
const connecting: TargetResolution = { resolved: false, connecting: true, message: 'Connecting.' };
const stale = fail('RemoteClusterStale', 'cluster connection is stale: fleet/ap-1.');

class Fixture {
  readonly clock = new ManualClock();
  lookup: ProfileLookup = { found: 'nothing' };
  resolution: TargetResolution = resolved;
  /** Resolutions so far, and those of them that wait for a word. */
  resolutions = 0;
  waiting: ((resolution: TargetResolution) => void)[] = [];
  doesWait = false;
  readonly released: string[] = [];
  checked = 0;
  readonly #life = new AbortController();
  readonly members = new ProfileMembers({
    profiles: {
      lookup: () => this.lookup,
      profiles: () => (this.lookup.found === 'profile' ? [this.lookup.profile] : []),
      settled: async () => undefined,
    },
    clusters: {
      resolve: async () => {
        this.resolutions++;
        return this.doesWait ? new Promise((resolve) => this.waiting.push(resolve)) : this.resolution;
      },
      release: ({ namespace, name }) => this.released.push(`${namespace}/${name}`),
      suspect: () => undefined,
      check: () => this.checked++,
    },
    clock: this.clock,
    random: () => 0,
    onChange: () => undefined,
  });

  constructor() {
    onTestFinished(async () => {
      this.#life.abort();
      this.members.close();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
    });
  }

  async profile(changes: Partial<ClusterProfile> = { isMember: true }): Promise<void> {
    this.lookup = {
      found: 'profile',
      profile: { key, isMember: false, isDrained: false, ...changes } as ClusterProfile,
    };
    await this.changed();
  }

  async changed(): Promise<void> {
    this.members.changed(key);
    await this.clock.advance(0);
  }

  async run(): Promise<void> {
    await this.members.run(this.#life.signal);
    await this.clock.advance(0);
  }

  get entry(): MemberEntry | undefined {
    return [...this.members.entries()][0];
  }
}

test('a labelled profile is a member, and told of once it was resolved', async () => {
  const fixture = new Fixture();
  fixture.lookup = { found: 'profile', profile: { key, isMember: true, isDrained: true } as ClusterProfile };
  fixture.doesWait = true;
  await fixture.run();
  expect(fixture.members.isSynced).toBe(false);
  for (const answer of fixture.waiting) answer(resolved);
  await fixture.clock.advance(0);
  expect(fixture.members.isSynced).toBe(true);
  expect(fixture.entry).toMatchObject({
    id: 'clusterprofile#fleet/ap-1',
    local: key,
    alias: 'ap-1',
    state: 'Ready',
    isDrained: true,
    cluster,
    failure: undefined,
  });
});

test('others are none, and are not connected', async () => {
  const fixture = new Fixture();
  await fixture.profile({});
  expect(fixture.entry).toBeUndefined();
  expect(fixture.resolutions).toBe(0);
});

test('a profile without its label is a member no more, and given back', async () => {
  const fixture = new Fixture();
  await fixture.profile();
  await fixture.profile({});
  expect(fixture.entry).toBeUndefined();
  expect(fixture.released).toEqual([key]);
});

test('what hinders a profile is told as TargetClusterResolved tells it', async () => {
  const fixture = new Fixture();
  await fixture.profile();
  await fixture.clock.advance(1_000);
  fixture.resolution = stale;
  await fixture.changed();
  expect(fixture.entry).toMatchObject({
    state: 'NotReady',
    info: 'Cluster connection is stale: fleet/ap-1.',
    failure: stale,
    since: fixture.clock.now(),
    cluster: undefined,
  });
});

test('a first connection is no state yet', async () => {
  const fixture = new Fixture();
  fixture.resolution = connecting;
  await fixture.profile();
  expect(fixture.entry).toMatchObject({ state: 'Unknown', failure: undefined });
});

test('a profile that somebody works with is a member for as long as anybody does', async () => {
  const fixture = new Fixture();
  await fixture.profile({});
  fixture.members.use('one', [key]);
  fixture.members.use('two', [key]);
  await fixture.clock.advance(0);
  expect(fixture.entry?.state).toBe('Ready');
  fixture.members.use('one', []);
  expect(fixture.entry?.state).toBe('Ready');
  fixture.members.use('two', []);
  expect(fixture.entry).toBeUndefined();
  expect(fixture.released).toEqual([key]);
});

test('a profile that somebody works with has no alias until it has the label, so that others do not mean it', async () => {
  const fixture = new Fixture();
  await fixture.profile({});
  fixture.members.use('one', [key]);
  await fixture.clock.advance(0);
  expect(fixture.entry).toMatchObject({ id: 'clusterprofile#fleet/ap-1', alias: undefined });
  await fixture.profile();
  expect(fixture.entry).toMatchObject({ alias: 'ap-1' });
  fixture.lookup = { found: 'unknown', why: 'the list is not complete yet' };
  await fixture.changed();
  expect(fixture.entry).toMatchObject({ alias: 'ap-1' });
  await fixture.profile({});
  expect(fixture.entry).toMatchObject({ alias: undefined });
});

test('one that does not exist is there with what is wrong, once somebody works with it', async () => {
  const fixture = new Fixture();
  fixture.resolution = fail('ClusterProfileNotFound', 'no such object.');
  fixture.members.use('one', [key, 'no-namespace', 'too/many/parts']);
  await fixture.clock.advance(0);
  expect([...fixture.members.entries()]).toMatchObject([
    { local: key, failure: { reason: 'ClusterProfileNotFound' } },
  ]);
});

test('while nobody can say what profiles there are, members stay', async () => {
  const fixture = new Fixture();
  await fixture.profile();
  fixture.lookup = { found: 'unknown', why: 'the list is not complete yet' };
  fixture.resolution = fail('ClusterProfileUnavailable', 'the list is not complete yet.');
  await fixture.changed();
  expect(fixture.entry).toMatchObject({ failure: { reason: 'ClusterProfileUnavailable' } });
});

test('what an older resolution finds does not count', async () => {
  const fixture = new Fixture();
  fixture.doesWait = true;
  await fixture.profile();
  await fixture.changed();
  const [older, newer] = fixture.waiting;
  newer?.(resolved);
  await fixture.clock.advance(0);
  older?.(stale);
  await fixture.clock.advance(0);
  expect(fixture.entry?.state).toBe('Ready');
});

test('a profile that is dropped while it is resolved is given back', async () => {
  const fixture = new Fixture();
  fixture.doesWait = true;
  await fixture.profile();
  await fixture.profile({});
  for (const answer of fixture.waiting) answer(resolved);
  await fixture.clock.advance(0);
  expect(fixture.entry).toBeUndefined();
  expect(fixture.released.length).toBeGreaterThan(1);
});

test('members are asked whether they are there, though nobody uses them', async () => {
  const fixture = new Fixture();
  await fixture.profile();
  await fixture.clock.advance(16_000);
  expect(fixture.checked).toBe(8);
});
