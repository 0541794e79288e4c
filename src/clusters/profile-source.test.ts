import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { ForbiddenError, type Reflector, ServerError } from '../kube/index.ts';
import { ProfileSource } from './profile-source.ts';
import { FakeHub } from './testing/fake-hub.ts';

const v1alpha1 = 'multicluster.x-k8s.io/v1alpha1';
const v1alpha2 = 'multicluster.x-k8s.io/v1alpha2';
const key = 'fleet/ap-1';
const forbidden = new ForbiddenError(
  { cluster: 'hub', verb: 'watch', resource: 'clusterprofiles' },
  { message: 'clusterprofiles is forbidden' },
);

class Fixture {
  readonly clock = new ManualClock();
  readonly hub: FakeHub;
  readonly told: (string | undefined)[] = [];
  onTold: () => void = () => undefined;
  readonly source: ProfileSource;

  constructor(served: readonly string[] = [v1alpha1]) {
    this.hub = new FakeHub(served);
    this.source = new ProfileSource({
      client: this.hub.client,
      clock: this.clock,
      onChange: (changed) => {
        this.told.push(changed);
        this.onTold();
      },
    });
  }

  async start(): Promise<this> {
    const stop = new AbortController();
    const running = this.source.run(stop.signal);
    onTestFinished(async () => {
      stop.abort();
      await running;
      equal(this.clock.sleeping, 0);
      equal(this.hub.watches, 0);
    });
    await this.clock.advance(0);
    return this;
  }

  put(status: object = {}): void {
    const metadata = { namespace: 'fleet', name: 'ap-1' };
    this.hub.put({ apiVersion: v1alpha1, kind: 'ClusterProfile', metadata, status });
  }
}

test('before the first list nobody knows whether a profile exists', async () => {
  const { source } = new Fixture();
  expect(source.lookup(key)).toEqual({ found: 'unknown', why: 'the list is not complete yet' });
});

test('a profile is found as it is now, and told of whenever it changes', async () => {
  const fixture = new Fixture();
  fixture.put();
  await fixture.start();
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile', profile: { key } });
  expect(fixture.source.lookup('fleet/other')).toEqual({ found: 'nothing' });
  expect(fixture.told).toEqual([key, undefined]);

  fixture.put({ version: { kubernetes: '1.36' } });
  await fixture.clock.advance(0);
  expect(fixture.told.slice(2)).toEqual([key]);

  fixture.hub.delete(key);
  await fixture.clock.advance(0);
  expect(fixture.source.lookup(key)).toEqual({ found: 'nothing' });
  expect(fixture.told.slice(3)).toEqual([key]);
});

test('a profile is warned of one with the same member id, without a look at all the others', async () => {
  const fixture = new Fixture();
  const label = 'multicluster.x-k8s.io/inventory-member-id';
  const put = (name: string, memberId: string): void =>
    fixture.hub.put({
      apiVersion: v1alpha1,
      kind: 'ClusterProfile',
      metadata: { namespace: 'fleet', name, labels: { [label]: memberId } },
      status: {},
    });
  /** The other ones, as the profile is warned of them. */
  const others = (name: string): string | undefined => {
    const found = fixture.source.lookup(`fleet/${name}`);
    const warnings = found.found === 'profile' ? found.profile.warnings : [];
    return warnings.flatMap((warning) => /in common with ([^;]*);/.exec(warning)?.[1] ?? [])[0];
  };
  put('ap-1', 'one');
  put('ap-2', 'one');
  put('ap-3', 'three');
  // Whoever is told of the first already sees the last.
  const seen: (string | undefined)[] = [];
  fixture.onTold = () => seen.push(others('ap-1'));
  await fixture.start();
  expect([others('ap-1'), others('ap-2'), others('ap-3')]).toEqual(['ap-2', 'ap-1', undefined]);
  const { store } = fixture.source.reflector as unknown as Reflector<unknown>;
  const entries = vi.spyOn(store, 'entries');
  put('ap-3', 'one');
  await fixture.clock.advance(0);
  expect(others('ap-1')).toBe('ap-2, ap-3');
  put('ap-2', 'two');
  fixture.hub.delete('fleet/ap-3');
  await fixture.clock.advance(0);
  expect([others('ap-1'), others('ap-2')]).toEqual([undefined, undefined]);
  expect(entries).not.toHaveBeenCalled();

  fixture.hub.breakWatches(410);
  put('ap-2', 'one');
  put('ap-4', 'one');
  seen.length = 0;
  await fixture.clock.advance(60_000);
  expect(new Set(seen)).toEqual(new Set(['ap-2, ap-4']));
});

test('a profile that makes no sense is found with what is wrong with it', async () => {
  const fixture = new Fixture();
  fixture.put({ conditions: 'none' });
  await fixture.start();
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'unreadable', error: { kind: 'ConfigInvalid' } });
});

test.each([
  ['v1alpha1 where both are served', [v1alpha2, v1alpha1]],
  ['v1alpha2 where it is the only one', [v1alpha2]],
])('profiles are read in %s', async (_what, served) => {
  const fixture = new Fixture(served);
  fixture.put();
  await fixture.start();
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile' });
  expect(fixture.hub.watches).toBe(1);
});

test('a hub that fails to say what it serves is asked again soon, and not taken to serve v1alpha2 only', async () => {
  const fixture = new Fixture([v1alpha1, v1alpha2]);
  const call = { cluster: 'hub', verb: 'discover', resource: 'multicluster.x-k8s.io' };
  fixture.hub.discoveryFailure = new ServerError(call, { message: 'not yet', httpStatus: 503 });
  fixture.put();
  let settled = false;
  void fixture.source.settled(new AbortController().signal).then(() => (settled = true));
  await fixture.start();
  expect(fixture.source.lookup(key)).toEqual({ found: 'unknown', why: 'not yet' });
  expect(settled).toBe(false);
  fixture.hub.discoveryFailure = undefined;
  await fixture.clock.advance(1_000);
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile' });
  expect(fixture.hub.watched).toEqual(['v1alpha1']);
  expect(settled).toBe(true);
});

test('an API that is installed later is picked up, and the wait for it is told of once', async () => {
  const fixture = await new Fixture([]).start();
  const why = 'this hub does not serve multicluster.x-k8s.io/v1alpha1; install the Cluster Inventory API';
  await fixture.clock.advance(600_000);
  expect(fixture.source.lookup(key)).toEqual({ found: 'unknown', why });
  expect(fixture.source.reflector).toBeUndefined();
  expect(fixture.told).toEqual([undefined]);

  fixture.hub.served.add(v1alpha1);
  fixture.put();
  await fixture.clock.advance(15_000);
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile' });
  expect(fixture.told).toEqual([undefined, key, undefined]);
});

test('an API that is taken away and given back is noticed each time', async () => {
  const fixture = new Fixture();
  fixture.put();
  await fixture.start();
  for (let round = 0; round < 2; round++) {
    const before = fixture.told.length;
    fixture.hub.breakWatches(404);
    await fixture.clock.advance(0);
    expect(fixture.source.lookup(key)).toEqual({ found: 'unknown', why: 'this hub serves it no more' });
    expect(fixture.told.slice(before)).toEqual([undefined]);
    await fixture.clock.advance(15_000);
    expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile' });
  }
});

test('without the right to read profiles the reason is told once, and settled is not waited for', async () => {
  const fixture = new Fixture();
  fixture.hub.failure = forbidden;
  fixture.put();
  await fixture.start();
  await fixture.source.settled(new AbortController().signal);
  await fixture.clock.advance(300_000);
  expect(fixture.source.lookup(key)).toEqual({ found: 'unknown', why: 'clusterprofiles is forbidden' });
  expect(fixture.told).toEqual([undefined]);

  fixture.hub.failure = undefined;
  await fixture.clock.advance(30_000);
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile' });
});

test('a right that is lost later leaves what was seen last', async () => {
  const fixture = new Fixture();
  fixture.put();
  await fixture.start();
  const { length } = fixture.told;
  fixture.hub.failure = forbidden;
  fixture.hub.breakWatches(410);
  await fixture.clock.advance(300_000);
  expect(fixture.source.lookup(key)).toMatchObject({ found: 'profile' });
  expect(fixture.told).toHaveLength(length);
});

test('settled ends with its signal', async () => {
  const stop = new AbortController();
  const settled = new Fixture().source.settled(stop.signal);
  stop.abort(new Error('enough'));
  await expect(settled).rejects.toThrow('enough');
});
