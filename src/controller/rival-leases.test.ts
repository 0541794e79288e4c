import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ForbiddenError } from '../kube/index.ts';
import {
  leaseFleet,
  type LeaseFleet,
  leaseNamespace as namespace,
  type Replica,
} from './testing/lease-fleet.ts';
import { calmFrom, machineFate, weatherOf } from './testing/machine-fate.ts';
import { calm, type Weather } from './testing/replica-world.ts';

const name = (bucket: number, total: number): string =>
  `serving.0${bucket}-of-${String(total).padStart(2, '0')}`;

const holderOf = ({ api }: LeaseFleet, bucket: number, total: number): unknown =>
  (api.peek({ namespace, name: name(bucket, total) })?.['spec'] as { holderIdentity?: unknown } | undefined)
    ?.holderIdentity;

const leaseOf = (bucket: number, total: number, holderIdentity: string): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace, name: name(bucket, total) },
  spec: { holderIdentity, leaseDurationSeconds: 60, renewTime: '2020-01-01T00:00:00.000000Z' },
});

const allOf = (total: number): number[] => Array.from({ length: total }, (_, bucket) => bucket);

describe('replicas that count their buckets differently', () => {
  test.each([
    [1, 3],
    [3, 1],
    [9, 10],
  ])('of %i work first, then those of %i', async (before, after) => {
    const fleet = leaseFleet();
    const { world } = fleet;
    const a = fleet.replica('a', { total: before });
    await world.advance(1_000);
    const b = fleet.replica('b', { total: after });
    await world.advance(300_000);
    expect(a.buckets.held).toEqual(allOf(before));
    expect(b.gained).toEqual([]);
    expect(allOf(after).map((bucket) => holderOf(fleet, bucket, after))).toEqual(
      allOf(after).map(() => undefined),
    );
    void a.buckets.stop(5_000);
    await world.advance(5_000);
    expect(b.buckets.held).toEqual(allOf(after));
    expect(a.buckets.held).toEqual([]);
  });

  test('hand over only when work under the old leases has ended', async () => {
    const { world, replica } = leaseFleet();
    const work = Promise.withResolvers<void>();
    const a = replica('a', { quiesce: () => work.promise });
    const b = replica('b', { total: 2 });
    await world.advance(1_000);
    void a.buckets.stop(60_000);
    await world.advance(8_000);
    expect(b.gained).toEqual([]);
    work.resolve();
    await world.advance(5_000);
    expect(b.buckets.held).toEqual([0, 1]);
  });

  test('wait for a crashed one until its lease has run out', async () => {
    const { world, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(1_000);
    const b = replica('b', { total: 2 });
    await world.advance(10_000);
    a.machine.pause(Number.POSITIVE_INFINITY);
    await world.advance(12_000);
    expect(b.gained).toEqual([]);
    await world.advance(8_000);
    expect(b.buckets.held).toEqual([0, 1]);
  });

  test('see to it that a lease which nobody released keeps nobody waiting again', async () => {
    const fleet = leaseFleet(2);
    const { world, api, replica } = fleet;
    api.seed(leaseOf(0, 1, 'long-dead'));
    const a = replica('a');
    await world.advance(58_000);
    expect(a.gained).toEqual([]);
    await world.advance(5_000);
    expect(a.buckets.held).toEqual([0, 1]);
    expect(holderOf(fleet, 0, 1)).toBe('');
    void a.buckets.stop(5_000);
    const b = replica('b');
    await world.advance(1_000);
    expect(b.buckets.held).toEqual([0, 1]);
  });

  test('do not go by time alone: a lease that nobody renews must be released first', async () => {
    const fleet = leaseFleet(2);
    const { world, api, replica } = fleet;
    api.seed(leaseOf(0, 1, 'long-dead'));
    api.before = ({ verb, key }) => {
      if (verb === 'update' && key.endsWith(name(0, 1))) throw new Error('the server is busy');
    };
    const a = replica('a');
    await world.advance(90_000);
    expect(a.gained).toEqual([]);
    expect(holderOf(fleet, 0, 1)).toBe('long-dead');
    api.before = () => undefined;
    await world.advance(3_000);
    expect(a.buckets.held).toEqual([0, 1]);
  });

  test('respect a lease that was seen held even when it is deleted', async () => {
    const { world, api, replica } = leaseFleet();
    const a = replica('a');
    await world.advance(1_000);
    const b = replica('b', { total: 2 });
    await world.advance(3_000);
    a.machine.pause(Number.POSITIVE_INFINITY);
    api.remove({ namespace, name: name(0, 1) });
    await world.advance(10_000);
    expect(b.gained).toEqual([]);
    await world.advance(10_000);
    expect(b.buckets.held).toEqual([0, 1]);
  });

  test('release what they have acquired unheard', async () => {
    const fleet = leaseFleet();
    fleet.replica('a');
    await fleet.world.advance(1_000);
    fleet.api.seed(leaseOf(0, 2, 'b'));
    const b = fleet.replica('b', { total: 2 });
    await fleet.world.advance(100);
    expect(holderOf(fleet, 0, 2)).toBe('');
    expect(b.gained).toEqual([]);
  });

  test('do not both work where they start at once', async () => {
    const { world, replica } = leaseFleet();
    const replicas = [1, 2, 3, 10].map((total) => replica(`of-${total}`, { total }));
    const working = (): number[] =>
      replicas.filter(({ gained }) => gained.length > 0).map(({ buckets }) => buckets.total);
    await world.advance(5_000);
    expect(working()).toEqual([1]);
  });

  test('wait at the price of one list a round, whatever the number of buckets', async () => {
    const { world, api, replica } = leaseFleet();
    replica('a');
    await world.advance(1_000);
    replica('b', { total: 10 });
    await world.advance(5_000);
    api.calls.length = 0;
    await world.advance(20_000);
    const lists = api.calls.filter(({ verb }) => verb === 'list').length;
    expect(lists).toBeGreaterThanOrEqual(9);
    expect(lists).toBeLessThanOrEqual(12);
  });
});

test('a replica that may not list leases takes none', async () => {
  const { world, api, replica } = leaseFleet();
  api.before = ({ verb }) => {
    if (verb === 'list')
      throw new ForbiddenError({ cluster: 'hub', verb, resource: 'leases' }, { message: 'no' });
  };
  const a = replica('a');
  await world.advance(20_000);
  expect(a.gained).toEqual([]);
  expect(api.all()).toEqual([]);
});

test('a replica that wakes from a freeze does not work by a renewal that came too late', async () => {
  const { world, replica } = leaseFleet();
  const durations = { leaseMs: 11_000, renewDeadlineMs: 10_000, retryMs: 2_000 };
  let fate: (now: number) => Weather = () => calm;
  const a = replica('a', { durations, nextWeather: () => fate(world.monotonic()) });
  const b = replica('b', { durations, total: 2 });
  await world.advance(7_000);
  expect(a.buckets.held).toEqual([0]);
  const cutAt = world.monotonic();
  // The last renewal that it sends in time is long on its way.
  fate = (now) => (now < cutAt + 7_000 ? { ...calm, lost: 'request' } : { ...calm, thereMs: 9_000 });
  await world.advance(9_000);
  a.machine.pause(8_000);
  await world.advance(7_900);
  expect(b.buckets.held).toEqual([0, 1]);
  await world.advance(200);
  expect(a.machine.paused).toBe(false);
  expect(a.buckets.held).toEqual([]);
});

test('in bad weather those of two numbers never work at once; in good weather the rest does when the others have gone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(machineFate, { minLength: 2, maxLength: 4 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 2 }),
      async (machines, [before = 1, after = 2]) => {
        const { world, replica } = leaseFleet();
        const replicas: Replica[] = [];
        const clashes: string[] = [];
        const onGained = (): void => {
          const acting = replicas.filter(
            ({ machine, buckets }) => !machine.paused && buckets.held.length > 0,
          );
          const totals = new Set(acting.map(({ buckets }) => buckets.total));
          if (totals.size > 1) clashes.push(acting.map(({ identity }) => identity).join(' and '));
        };
        const stepMs = 100;
        const advance = async (
          ms: number,
          eachStep: (now: number) => void = () => undefined,
        ): Promise<void> => {
          for (let now = 0; now < ms; now += stepMs) {
            eachStep(now);
            await world.advance(stepMs);
            onGained();
            expect(clashes).toEqual([]);
          }
        };
        await advance(calmFrom, (now) => {
          for (const [index, fate] of machines.entries()) {
            const { startsAt, stopsAt, offsetMs, rate } = fate;
            const total = index % 2 === 0 ? before : after;
            const nextWeather = weatherOf(fate, world);
            if (startsAt === now)
              replicas[index] = replica(`${index}`, { total, offsetMs, rate, nextWeather, onGained });
            if (stopsAt !== null && Math.floor(stopsAt / stepMs) * stepMs === now)
              void replicas[index]?.buckets.stop(5_000);
          }
        });
        // The end of a rollout: one more of the new number comes, and whoever is left of the old one ends.
        for (const { buckets } of replicas) if (buckets.total === before) void buckets.stop(5_000);
        replicas.push(replica('last', { total: after, onGained }));
        await advance(60_000);
        const held = replicas.flatMap(({ buckets }) => buckets.held);
        expect(held.toSorted((a, b) => a - b)).toEqual(allOf(after));
        for (const { buckets } of replicas) void buckets.stop(5_000);
        await world.advance(10_000);
        expect(world.sleeping).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});
