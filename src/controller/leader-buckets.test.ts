import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ForbiddenError, UnauthorizedError } from '../kube/index.ts';
import { type ElectedBuckets, knativeLeaseName } from './leader-buckets.ts';
import { LeaseLost } from './lease-candidate.ts';
import { SoleOwner } from './sole-owner.ts';
import { settle } from './testing/fake-clock.ts';
import { leaseFleet, type LeaseFleet, leaseNamespace, type Replica } from './testing/lease-fleet.ts';
import { machineFate, weatherOf } from './testing/machine-fate.ts';
import type { MemoryApi } from './testing/memory-api.ts';
import { calm, type Weather } from './testing/replica-world.ts';

const namespace = leaseNamespace;

const keyOf = (bucket: number, buckets: ElectedBuckets): string => {
  for (let index = 0; ; index++) if (buckets.bucketOf(`key-${index}`) === bucket) return `key-${index}`;
};

const specOf = (api: MemoryApi, name = 'serving.00-of-01'): Record<string, unknown> =>
  api.peek({ namespace, name })?.['spec'] as Record<string, unknown>;

describe('one bucket', () => {
  test('a first replica takes it at once', async () => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    expect(a.buckets.holds(0)).toBe(false);
    await world.advance(40);
    expect(a.buckets.held).toEqual([0]);
    expect(a.gained).toEqual([0]);
    expect(a.buckets.signalFor('any/key')?.aborted).toBe(false);
    expect(specOf(api)).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(await a.metrics.text()).toContain('leader_election_master_status{name="serving.00-of-01"} 1');
  });

  test('a lease goes with its owner, where that is known when it is made', async () => {
    const { world, api, replica } = leaseFleet();
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'wheelwright', uid: 'u' };
    let owner: typeof account | undefined;
    const a = replica('a', { owner: () => owner });
    owner = account;
    await world.advance(5_000);
    expect(a.buckets.held).toEqual([0]);
    expect(api.peek({ namespace, name: 'serving.00-of-01' })?.metadata.ownerReferences).toEqual([account]);
  });

  test.each([
    ['taken away', ForbiddenError],
    ['known no more', UnauthorizedError],
  ])('an account that is %s works no longer when its lease goes, too', async (_how, Refusal) => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(3_000);
    expect(a.buckets.held).toEqual([0]);
    api.before = ({ verb, body }) => {
      const { spec } = (body ?? {}) as { readonly spec?: { readonly holderIdentity?: string } };
      if (spec?.holderIdentity === 'a')
        throw new Refusal({ cluster: 'hub', verb, resource: 'leases' }, { message: 'no' });
    };
    api.remove({ namespace, name: 'serving.00-of-01' });
    await world.advance(100);
    expect(a.lost).toEqual([0]);
    const b = replica('b');
    await world.advance(100);
    expect(b.buckets.held).toEqual([0]);
    expect(a.buckets.held).toEqual([]);
  });

  test('a replica that is told to stop while it takes leases takes no more of them', async () => {
    const { world, api, replica } = leaseFleet(10);
    const a = replica('a', { nextWeather: () => ({ ...calm, thereMs: 100, backMs: 100 }) });
    await world.advance(500);
    const made = api.all().length;
    void a.buckets.stop(5_000);
    await world.advance(5_000);
    // The one on its way.
    expect(api.all().length).toBeLessThanOrEqual(made + 1);
    expect(a.buckets.held).toEqual([]);
  });

  test('a second replica does not take it while the first renews it', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const signal = a.buckets.signalFor('a/b');
    const b = replica('b');
    await world.advance(300_000);
    expect(b.gained).toEqual([]);
    expect(b.buckets.signalFor('a/b')).toBeUndefined();
    expect(a.buckets.signalFor('a/b')).toBe(signal);
  });

  test('a term whose time is up ends at the fence, before any timer of a process that was frozen', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const signal = a.buckets.signalFor('a/b');
    a.machine.pause(60_000);
    await world.advance(5_000);
    a.buckets.fence();
    expect(signal?.aborted).toBe(false);
    await world.advance(10_000);
    expect(signal?.aborted).toBe(false);
    a.buckets.fence();
    expect(signal?.reason).toBeInstanceOf(LeaseLost);
  });

  test.each<[string, (fleet: LeaseFleet, a: Replica) => void]>([
    ['is found to be over', (_fleet, a) => a.machine.pause(60_000)],
    ['was deleted', ({ api }) => api.remove({ namespace, name: 'serving.00-of-01' })],
    [
      'was taken by somebody else',
      ({ api }) => {
        const lease = api.peek({ namespace, name: 'serving.00-of-01' });
        if (lease !== undefined)
          api.seed({ ...lease, spec: { ...(lease['spec'] as object), holderIdentity: 'x' } });
      },
    ],
    ['is given up', (_fleet, a) => void a.buckets.stop(5_000)],
  ])('whoever holds it is told once when it %s', async (_how, end) => {
    const given = leaseFleet();
    const a = given.replica('a');
    await given.world.advance(40);
    end(given, a);
    await given.world.advance(11_000);
    a.buckets.fence();
    expect(a.lost).toEqual([0]);
    await given.world.advance(1_000);
    expect(a.lost).toEqual([0]);
  });

  test('an orderly end hands it over in well under a second', async () => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const b = replica('b');
    await world.advance(3_100);
    const signal = a.buckets.signalFor('a/b');
    const stopped = a.buckets.stop(5_000);
    await world.advance(100);
    await stopped;
    expect(signal?.reason).toBeInstanceOf(LeaseLost);
    expect(a.buckets.held).toEqual([]);
    expect(b.buckets.held).toEqual([0]);
    expect(specOf(api)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  test('without a watch the hand-over takes a retry period', async () => {
    const { world, api, replica } = leaseFleet();
    api.before = ({ verb }) => {
      if (verb === 'watch') throw new Error('forbidden');
    };
    const a = replica('a');
    await world.advance(40);
    const b = replica('b');
    await world.advance(3_100);
    void a.buckets.stop(5_000);
    await world.advance(2_200);
    expect(b.buckets.held).toEqual([0]);
  });

  test('after a crash it is taken when its lease has run out', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const b = replica('b');
    await world.advance(10_000);
    a.machine.pause(Number.POSITIVE_INFINITY);
    await world.advance(12_000);
    expect(b.gained).toEqual([]);
    await world.advance(6_000);
    expect(b.gained).toEqual([0]);
  });

  test('a holder that cannot reach the server stops acting before anybody else may start', async () => {
    const { world, replica } = leaseFleet();
    let cut = false;
    const a = replica('a', { nextWeather: () => (cut ? { ...calm, lost: 'request' } : calm) });
    await world.advance(40);
    const b = replica('b');
    await world.advance(5_000);
    cut = true;
    const signal = a.buckets.signalFor('a/b');
    await world.advance(8_000);
    expect(signal?.aborted).toBe(false);
    await world.advance(2_100);
    expect(signal?.reason).toMatchObject({
      message: expect.stringContaining('could not be renewed in time') as unknown,
    });
    expect(b.gained).toEqual([]);
    await world.advance(6_000);
    expect(b.gained).toEqual([0]);
  });

  test('a holder that was frozen knows that it lost, before any of its timers has run', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const signal = a.buckets.signalFor('a/b');
    a.machine.pause(Number.POSITIVE_INFINITY);
    await world.advance(60_000);
    expect(a.buckets.holds(0)).toBe(false);
    expect(a.buckets.signalFor('a/b')).toBeUndefined();
    expect(signal?.aborted).toBe(true);
  });

  test('a lease that somebody deletes is lost, and taken again', async () => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const signal = a.buckets.signalFor('a/b');
    api.remove({ namespace, name: 'serving.00-of-01' });
    await world.advance(2_300);
    expect(signal?.reason).toMatchObject({ message: 'lease serving.00-of-01 is lost: it was deleted' });
    expect(a.gained).toEqual([0, 0]);
  });

  test('a lease that somebody took by force is lost', async () => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const signal = a.buckets.signalFor('a/b');
    const lease = api.peek({ namespace, name: 'serving.00-of-01' });
    if (lease === undefined) throw new Error('the lease is missing');
    api.seed({ ...lease, spec: { ...specOf(api), holderIdentity: 'intruder' } });
    await world.advance(2_300);
    expect(signal?.reason).toMatchObject({ message: 'lease serving.00-of-01 is lost: intruder holds it' });
    expect(specOf(api)['holderIdentity']).toBe('intruder');
  });

  test('a replica that saw another hold a lease respects it even when the Lease is deleted', async () => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const b = replica('b');
    await world.advance(3_000);
    a.machine.pause(Number.POSITIVE_INFINITY);
    api.remove({ namespace, name: 'serving.00-of-01' });
    await world.advance(10_000);
    expect(b.gained).toEqual([]);
    await world.advance(8_000);
    expect(b.gained).toEqual([0]);
  });

  test('a lease of the reference operator is respected for the time that it promised', async () => {
    const { world, api, replica } = leaseFleet();
    api.seed({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace, name: 'serving.00-of-01' },
      spec: {
        holderIdentity: 'knative-operator-6f_uuid',
        leaseDurationSeconds: 60,
        renewTime: '2020-01-01T00:00:00.000000Z',
        leaseTransitions: 7,
      },
    });
    const a = replica('a');
    await world.advance(59_000);
    expect(a.gained).toEqual([]);
    await world.advance(3_500);
    expect(a.gained).toEqual([0]);
    expect(specOf(api)['leaseTransitions']).toBe(8);
  });

  test('an acquisition whose answer was lost is found and used', async () => {
    const { world, replica } = leaseFleet();
    const answers: Weather[] = [calm, { ...calm, lost: 'reply' }];
    const a = replica('a', { nextWeather: () => answers.shift() ?? calm });
    await world.advance(2_600);
    expect(a.gained).toEqual([]);
    await world.advance(2_200);
    expect(a.gained).toEqual([0]);
  });

  test('work is ended before the lease is released, and one that does not end keeps it', async () => {
    const { world, api, replica } = leaseFleet();
    const work = Promise.withResolvers<void>();
    const a = replica('a', { quiesce: () => work.promise });
    await world.advance(40);
    const stopped = a.buckets.stop(60_000);
    await world.advance(1_000);
    expect(a.buckets.held).toEqual([]);
    expect(specOf(api)['holderIdentity']).toBe('a');
    work.resolve();
    await world.advance(100);
    await stopped;
    expect(specOf(api)['holderIdentity']).toBe('');

    const b = replica('b', { quiesce: () => new Promise(() => undefined) });
    await world.advance(100);
    expect(b.gained).toEqual([0]);
    void b.buckets.stop(60_000);
    await world.advance(30_000);
    expect(specOf(api)['holderIdentity']).toBe('b');
  });

  test('stop ends within its deadline and leaves nothing behind', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(40);
    const stopped = a.buckets.stop(5_000);
    await world.advance(100);
    await stopped;
    expect(world.sleeping).toBe(0);

    const b = replica('b', { nextWeather: () => ({ ...calm, lost: 'reply' }) });
    await settle();
    const given = b.buckets.stop(1_000);
    await world.advance(1_000);
    await given;
    await world.advance(10_000);
    expect(b.gained).toEqual([]);
    expect(world.sleeping).toBe(0);
  });

  test('its loop tells how long it has not come round', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(20_000);
    expect(a.buckets.idleMs).toBeLessThan(3_000);
    a.machine.pause(Number.POSITIVE_INFINITY);
    await world.advance(60_000);
    expect(a.buckets.idleMs).toBeGreaterThan(57_000);
  });

  test('a steady holder costs one request per retry period', async () => {
    const { world, api, replica } = leaseFleet();
    replica('a');
    await world.advance(40);
    api.calls.length = 0;
    await world.advance(20_000);
    expect(api.calls.filter(({ verb }) => verb !== 'watch').map(({ verb }) => verb)).toEqual(
      Array.from({ length: 9 }, () => 'update'),
    );
  });
});

describe('several buckets', () => {
  const spread = (replicas: readonly Replica[]): number[] =>
    replicas.map(({ buckets }) => buckets.held.length).sort((x, y) => x - y);

  test('a lone replica takes all of them within half a second', async () => {
    const { world, replica } = leaseFleet(10);
    const a = replica('a');
    await world.advance(600);
    expect(a.buckets.held).toHaveLength(10);
  });

  test('replicas that start together share them at once', async () => {
    const { world, replica } = leaseFleet(10);
    const replicas = [replica('a'), replica('b')];
    await world.advance(1_000);
    expect(spread(replicas)).toEqual([5, 5]);
  });

  test('replicas that come later get their share, bucket by bucket, and a key always has one owner', async () => {
    const { world, replica } = leaseFleet(10);
    const a = replica('a');
    await world.advance(10_000);
    const replicas = [a, replica('b'), replica('c')];
    await world.advance(20_000);
    expect(spread(replicas)).toEqual([3, 3, 4]);
    for (let bucket = 0; bucket < 10; bucket++) {
      const key = keyOf(bucket, a.buckets);
      expect(replicas.filter(({ buckets }) => buckets.signalFor(key) !== undefined)).toHaveLength(1);
    }
    const moves = replicas.reduce((sum, { gained }) => sum + gained.length, 0);
    await world.advance(120_000);
    expect(replicas.reduce((sum, { gained }) => sum + gained.length, 0)).toBe(moves);
  });

  test('what a replica leaves is spread over the others within a second', async () => {
    const { world, replica } = leaseFleet(9);
    const replicas = [replica('a'), replica('b'), replica('c')];
    await world.advance(10_000);
    expect(spread(replicas)).toEqual([3, 3, 3]);
    void replicas[0]?.buckets.stop(5_000);
    await world.advance(1_000);
    expect(spread(replicas.slice(1))).toEqual([4, 5]);
  });

  test('a bucket given up for a replica that died is taken by another', async () => {
    const { world, api, replica } = leaseFleet(2);
    const a = replica('a');
    await world.advance(3_000);
    const lease = api.peek({ namespace, name: 'serving.01-of-02' });
    if (lease === undefined) throw new Error('the lease is missing');
    const annotations = { 'wheelwright.dev/lease-claim': '0 died' };
    api.seed({ ...lease, metadata: { ...lease.metadata, annotations } });
    await world.advance(1_000);
    expect(a.buckets.held).toEqual([0]);
    await world.advance(3_000);
    expect(a.buckets.held).toEqual([0, 1]);
  });
});

test.each([
  [{ total: 0 }, 'from 1 to 10'],
  [{ total: 11 }, 'from 1 to 10'],
  [{ total: 1.5 }, 'from 1 to 10'],
  [
    { durations: { leaseMs: 10_000, renewDeadlineMs: 10_000, retryMs: 2_000 } },
    'longer than the renew deadline',
  ],
  [{ durations: { leaseMs: 15_000, renewDeadlineMs: 4_000, retryMs: 2_000 } }, 'two retry periods'],
])('%j is refused', (options, message) => {
  expect(() => leaseFleet().replica('a', options)).toThrow(message);
});

test.each([
  [0, 1, 'knative-operator.knative.dev.operator.pkg.reconciler.knativeserving.reconciler.00-of-01'],
  [9, 10, 'knative-operator.knative.dev.operator.pkg.reconciler.knativeserving.reconciler.09-of-10'],
])('the lease of bucket %d of %d is named as Knative names it', (bucket, total, name) => {
  const prefix = 'knative-operator.knative.dev.operator.pkg.reconciler.KnativeServing.reconciler';
  expect(knativeLeaseName(prefix)(bucket, total)).toBe(name);
});

test('without leader election everything is ours until the end', async () => {
  const owner = new SoleOwner();
  owner.start();
  const signal = owner.signalFor();
  expect([owner.total, owner.held, owner.bucketOf(), owner.holds(0), owner.holds(1)]).toEqual([
    1,
    [0],
    0,
    true,
    false,
  ]);
  expect(signal?.aborted).toBe(false);
  await owner.stop();
  expect(signal?.aborted).toBe(true);
  expect([owner.held, owner.holds(0), owner.signalFor()]).toEqual([[], false, undefined]);
});

test('in bad weather no bucket ever has two holders; in good weather each has one, and replicas share them evenly', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(machineFate, { minLength: 2, maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      async (machines, total) => {
        const { world, replica } = leaseFleet(total);
        const replicas: Replica[] = [];
        const gone = new Set<Replica>();
        for (let now = 0; now < 120_000; now += 250) {
          const due = (at: number | null): boolean => at !== null && at >= now && at < now + 250;
          for (const [index, fate] of machines.entries()) {
            const { startsAt, offsetMs, rate, stopsAt } = fate;
            if (due(startsAt)) {
              const nextWeather = weatherOf(fate, world);
              replicas[index] = replica(`replica-${index}`, { offsetMs, rate, nextWeather });
            }
            const leaving = due(stopsAt) ? replicas[index] : undefined;
            if (leaving !== undefined) gone.add(leaving);
            void leaving?.buckets.stop(5_000);
          }
          await world.advance(250);
          for (let bucket = 0; bucket < total; bucket++) {
            const acting = replicas.filter(
              ({ machine, buckets }) => !machine.paused && buckets.holds(bucket),
            );
            expect(acting.map(({ identity }) => identity).length).toBeLessThanOrEqual(1);
          }
        }
        const alive = replicas.filter((candidate) => !gone.has(candidate));
        if (alive.length === 0) return;
        const counts = alive.map(({ buckets }) => buckets.held.length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        for (const { buckets } of alive) void buckets.stop(5_000);
        await world.advance(10_000);
        expect(world.sleeping).toBe(0);
      },
    ),
    { numRuns: 120 },
  );
});
