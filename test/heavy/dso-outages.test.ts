import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  AuditLog,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  metricValue,
  registerMembers,
  rowOf,
  type RunningOperator,
  startSpreading,
} from '../fleet/index.ts';

const finalizer = 'keda.kedify.io/dso-cleanup';
const pausedRebalance = 'keda.kedify.io/paused-rebalance';

let fleet: Fleet;
/** Of the first member. */
let audit: AuditLog;
let operator: RunningOperator;
let nginx: Distributed;

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    profiles: false,
    spokes: [{ flags: { 'kube-apiserver': audit.flags } }, {}, {}],
  });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(0), client)),
  );
  operator = await startSpreading(fleet);
});

afterEach(async () => {
  await fleet.hub.delete(resources.distributedScaledObjects, nginx.name).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
  await waitForGone();
  await operator.process.kill();
});

async function waitForGone(timeoutMs = 60_000): Promise<void> {
  await waitFor(
    'the object is gone',
    () =>
      nginx.object().then(
        () => false,
        (error: unknown) => error instanceof NotFoundError,
      ),
    { timeoutMs },
  );
}

/** Resolves once the object has this total and its members run it. */
async function spread(
  total: number,
  split: readonly number[],
  spec: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const status = `${total}/${total}`;
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ scaledObjectSpec: { minReplicaCount: 0 }, ...spec }),
  );
  await nginx.waitForStatus('the first look', ({ print }) => print?.totalReplicas !== undefined);
  await nginx.scale(total);
  await nginx.waitForSplit(split, 60_000);
  await nginx.waitForStatus(status, ({ print }) => print?.totalReplicas === status, 60_000);
}

/** Resolves with when the plan says that it was lost, in milliseconds since 1970. */
async function waitForLoss(member: string): Promise<number> {
  const status = await nginx.waitForStatus(
    `${member} is lost`,
    (status) => rowOf(status, member)?.state === 'NotReady',
    60_000,
  );
  return Date.parse(rowOf(status, member)?.lastStatusChangeTime ?? '');
}

async function waitForExclusion(member: string, timeoutMs = 60_000): Promise<void> {
  await nginx.waitForStatus(
    `${member} is excluded`,
    (status) => rowOf(status, member)?.excluded === true,
    timeoutMs,
  );
}

/** Resolves once its row is well again. */
async function waitForReturn(member: string): Promise<void> {
  await nginx.waitForStatus(
    `${member} is back`,
    (status) => rowOf(status, member)?.state === 'Ready',
    60_000,
  );
}

/** What the first member was asked for since a time; a write whose answer did not come in time is made again. */
async function askedOfFirst(startedAt: number): Promise<readonly { at: number; replicas: number }[]> {
  const asked = await audit.scalesSince(startedAt);
  return asked.filter(({ replicas }, index) => replicas !== asked[index - 1]?.replicas);
}

describe('with the policy that an object has by itself', () => {
  test('a member is waited for a minute, then taken over from in steps, and gets its share back without a gap', async () => {
    const weights = [
      { name: 'member-1', weight: 4 },
      { name: 'member-2', weight: 6 },
    ];
    const { rebalancingPolicy: _, ...spec } = distributedObject({ memberClusters: weights })[
      'spec'
    ] as Readonly<Record<string, unknown>>;
    await fleet.hub.create(resources.distributedScaledObjects, { ...distributedObject(), spec });
    expect((await nginx.object())['spec']).toMatchObject({
      rebalancingPolicy: { gracePeriod: '1m', maxRebalancePercentage: 50 },
    });
    await nginx.waitForStatus('the first look', ({ print }) => print?.totalReplicas !== undefined);
    await nginx.scale(5);
    await nginx.waitForSplit([2, 3, 0]);
    await nginx.waitForStatus('5/5', ({ print }) => print?.totalReplicas === '5/5');

    const startedAt = Date.now();
    const { cluster } = fleet.spoke(1);
    await cluster.kill('kube-apiserver');
    const lostAt = await waitForLoss('member-2');
    // The clock of the status has whole seconds.
    expect(lostAt).toBeGreaterThan(startedAt - 1_000);
    const lost = await nginx.status();
    expect(lost).toMatchObject({ membersHealthyCount: 1, membersTotalCount: 2, totalCurrentReplicas: 5 });
    expect(rowOf(lost, 'member-2')).toMatchObject({ excluded: false, desiredReplicas: 3 });
    await waitForExclusion('member-2', 120_000);
    await nginx.waitForSplit([5], 60_000);
    const over = await nginx.waitForStatus(
      'member-1 has all of it',
      (status) => rowOf(status, 'member-1')?.currentReplicas === 5,
    );
    expect(over.memberClusterStatuses).toMatchObject({
      'member-1': { state: 'Ready', desiredReplicas: 5 },
      'member-2': { state: 'NotReady', excluded: true, desiredReplicas: 0 },
    });
    const steps = await askedOfFirst(startedAt);
    expect(steps.map(({ replicas }) => replicas)).toEqual([4, 5]);
    expect(steps[0]?.at).toBeGreaterThanOrEqual(lostAt + 60_000);

    await cluster.start('kube-apiserver');
    let least = Number.POSITIVE_INFINITY;
    await waitFor(
      'the split is 2/3 again',
      async (saw) => {
        const [split, ready] = await Promise.all([nginx.split(), nginx.ready()]);
        // Of a server that does not answer yet nothing is known.
        if (!split.includes(undefined)) least = Math.min(least, ready);
        saw(`${split.join('/')} ${ready} ready`);
        return split.slice(0, 2).join('/') === '2/3';
      },
      { timeoutMs: 180_000 },
    );
    expect(least).toBeGreaterThanOrEqual(5);
    const back = await nginx.waitForStatus(
      '5/5 of 2/2',
      ({ print }) => print?.totalReplicas === '5/5' && print.membersCount === '2/2',
      60_000,
    );
    expect(rowOf(back, 'member-2')).toMatchObject({ state: 'Ready', desiredReplicas: 3 });
    expect(rowOf(back, 'member-2')?.excluded).not.toBe(true);
  }, 600_000);
});

test('a member that comes and goes within its grace period moves nothing, and is no news each time', async () => {
  await spread(10, [4, 3, 3], { rebalancingPolicy: { gracePeriod: '10m' } });
  const startedAt = Date.now();
  const { cluster } = fleet.spoke(1);
  for (let times = 0; times < 3; times++) {
    await cluster.kill('kube-apiserver');
    await waitForLoss('member-2');
    await cluster.start('kube-apiserver');
    await waitForReturn('member-2');
  }
  await nginx.waitForStatus('3/3', ({ print }) => print?.membersCount === '3/3');
  // A write whose answer did not come in time is made again; no other number is asked for.
  const others = (await audit.scalesSince(startedAt)).filter(({ replicas }) => replicas !== 4);
  expect({ split: await nginx.split(), others }).toEqual({ split: [4, 3, 3], others: [] });
  expect(await nginx.waitForEvent('MemberNotReady')).toHaveLength(1);
  expect(await nginx.waitForEvent('MemberRecovered')).toHaveLength(1);
  expect(await nginx.events('MemberExcluded')).toEqual([]);
});

test('a restart amid a grace period goes on where the clock stood', async () => {
  await spread(10, [4, 3, 3], { rebalancingPolicy: { gracePeriod: '10m' } });
  const { client } = fleet.spoke(1);
  await client.delete(resources.deployments, nginx.workload);
  const lostAt = await waitForLoss('member-2');
  await operator.process.kill();
  operator = await startSpreading(fleet);
  await waitFor('it has looked', async () => {
    const labels = { controller: 'distributedscaledobject', result: 'requeue_after' };
    return (await metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total', labels)) > 0;
  });
  const after = rowOf(await nginx.status(), 'member-2');
  expect(after).toMatchObject({ excluded: false });
  expect(Date.parse(after?.lastStatusChangeTime ?? '')).toBe(lostAt);
  // It is over as soon as the time since the loss suffices, however late the operator began.
  await nginx.patch({ spec: { rebalancingPolicy: { gracePeriod: '1s' } } });
  await nginx.waitForSplit([5, undefined, 5], 60_000);
  await waitForExclusion('member-2');
  expect(await waitForLoss('member-2')).toBe(lostAt);
});

test('a restart amid the steps of a hand-over takes the rest of them, and none again', async () => {
  await spread(20, [7, 7, 6], { rebalancingPolicy: { gracePeriod: '3s', maxRebalancePercentage: 10 } });
  const startedAt = Date.now();
  await fleet.spoke(2).client.delete(resources.deployments, nginx.workload);
  await waitFor('the first step', async () => {
    const [first = 0, second = 0] = await nginx.split();
    return first + second > 14;
  });
  await operator.process.kill();
  const [first = 0, second = 0] = await nginx.split();
  expect(first + second).toBeLessThan(20);
  operator = await startSpreading(fleet);
  await nginx.waitForSplit([10, 10], 60_000);
  const asked = (await askedOfFirst(startedAt)).map(({ replicas }) => replicas);
  const growth = asked.map((replicas, index) => replicas - (asked[index - 1] ?? 7));
  expect(growth.every((step) => step === 1 || step === 2)).toBe(true);
});

test('while rebalancing is paused nobody takes over, however long it takes, and then somebody does', async () => {
  await spread(10, [4, 3, 3], { rebalancingPolicy: { gracePeriod: '1s' } });
  const pause = (value: string | null): Promise<void> =>
    nginx.patch({ metadata: { annotations: { [pausedRebalance]: value } } });
  await pause('true');
  const startedAt = Date.now();
  await fleet.spoke(1).client.delete(resources.deployments, nginx.workload);
  const lostAt = await waitForLoss('member-2');
  const lost = await nginx.waitForStatus('moving is off', (status) =>
    Boolean(rowOf(status, 'member-2')?.description.includes('moving is off')),
  );
  expect(rowOf(lost, 'member-2')).toMatchObject({ desiredReplicas: 3, excluded: false });
  await waitFor('the grace period is long over', () => Date.now() > lostAt + 5_000);
  // A total that rises is served by those who answer; what the lost one had stays with it.
  await nginx.scale(13);
  await nginx.waitForEvenSplit(10, [0, 2]);
  expect(rowOf(await nginx.status(), 'member-2')).toMatchObject({ excluded: false });
  expect((await askedOfFirst(startedAt)).map(({ replicas }) => replicas).at(-1)).toBeLessThanOrEqual(5);

  await pause(null);
  await waitForExclusion('member-2');
  await nginx.waitForEvenSplit(13, [0, 2]);
});

test('a member that hangs is lost, delays nobody, and gets its share when it is back', async () => {
  await spread(10, [4, 3, 3]);
  const { cluster } = fleet.spoke(2);
  await cluster.freeze('kube-apiserver');
  await nginx.scale(20);
  // What the lost one would get stays with it until it is excluded.
  await waitFor('another one has its share', async () => {
    const object = await fleet.spoke(0).client.get(resources.deployments, nginx.workload);
    return (object['spec'] as { readonly replicas: number }).replicas >= 7;
  });
  await waitForExclusion('member-3');
  await nginx.waitForStatus(
    'the others have all of it',
    ({ memberClusterStatuses: rows = {} }) =>
      (rows['member-1']?.currentReplicas ?? 0) + (rows['member-2']?.currentReplicas ?? 0) === 20,
    60_000,
  );
  await cluster.thaw('kube-apiserver');
  expect(await nginx.waitForEvenSplit(20, [0, 1, 2], 120_000)).toHaveLength(3);
});

test('members get their first numbers back when the object goes, those that are out of reach as soon as they answer', async () => {
  for (const [index, { client }] of fleet.spokes.entries())
    await fleet.put(resources.deployments, deployment(index + 1), client);
  const advanced = { restoreToOriginalReplicaCount: true };
  await spread(12, [4, 4, 4], {
    rebalancingPolicy: { gracePeriod: '10m' },
    scaledObjectSpec: { minReplicaCount: 0, advanced },
  });
  expect((await nginx.object()).metadata.finalizers).toContain(finalizer);
  const { cluster } = fleet.spoke(2);
  await cluster.kill('kube-apiserver');
  await waitForLoss('member-3');
  await fleet.hub.delete(resources.distributedScaledObjects, nginx.name);
  await nginx.waitForSplit([1, 2]);
  expect((await nginx.object()).metadata.finalizers).toContain(finalizer);
  await cluster.start('kube-apiserver');
  await waitForGone(120_000);
  expect(await nginx.split()).toEqual([1, 2, 3]);
});
