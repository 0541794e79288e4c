import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  AuditLog,
  conditionOf,
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

let fleet: Fleet;
let audit: AuditLog;
let nginx: Distributed;
let operator: RunningOperator;

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    profiles: false,
    spokes: [{}, { flags: { 'kube-apiserver': audit.flags } }, {}],
  });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
  operator = await startSpreading(fleet);
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(1), client)),
  );
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  await nginx.waitForStatus('3/3', ({ print }) => print?.totalReplicas === '3/3');
  await nginx.scale(10);
  await nginx.waitForSplit([4, 3, 3]);
  await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10');
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

test('a workload that is deleted on a member goes to the others after the grace period, and comes back', async () => {
  const { client } = fleet.spoke(1);
  const startedAt = Date.now();
  await client.delete(resources.deployments, { namespace: 'default', name: 'nginx' });
  const lost = await nginx.waitForStatus(
    'member-2 is lost',
    (status) => rowOf(status, 'member-2')?.state === 'NotReady',
  );
  expect(rowOf(lost, 'member-2')).toMatchObject({ currentReplicas: 0, excluded: false });
  expect(rowOf(lost, 'member-2')?.description).toContain('not found');
  expect(lost).toMatchObject({
    membersHealthyCount: 2,
    totalCurrentReplicas: 10,
    print: { membersCount: '2/3' },
  });
  expect(conditionOf(await nginx.object(), 'Ready')).toMatchObject({
    status: 'True',
    reason: 'MembersDegraded',
  });
  expect(await nginx.split()).toEqual([4, undefined, 3]);

  await nginx.waitForSplit([5, undefined, 5]);
  const excluded = await nginx.waitForStatus(
    'member-2 is excluded',
    (status) => rowOf(status, 'member-2')?.excluded === true,
  );
  expect(rowOf(excluded, 'member-2')).toMatchObject({ desiredReplicas: 0, currentReplicas: 0 });
  expect(excluded.totalCurrentReplicas).toBe(10);
  expect(await audit.writesSince(startedAt)).toEqual([]);

  await client.create(resources.deployments, deployment(1));
  const seen = new Set<number>();
  await waitFor(
    'the split is 4/3/3 again',
    async (saw) => {
      const split = await nginx.split();
      seen.add(split[0] ?? 0);
      saw(split.join('/'));
      return split.join('/') === '4/3/3';
    },
    { timeoutMs: 60_000 },
  );
  await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10');
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(4);
});

test('a restart amid a grace period goes on where the clock stood', async () => {
  await nginx.patch({ spec: { rebalancingPolicy: { gracePeriod: '15s' } } });
  const { client } = fleet.spoke(1);
  await client.delete(resources.deployments, { namespace: 'default', name: 'nginx' });
  const lost = await nginx.waitForStatus(
    'member-2 is lost',
    (status) => rowOf(status, 'member-2')?.state === 'NotReady',
  );
  const since = rowOf(lost, 'member-2')?.lastStatusChangeTime;
  await operator.process.kill();
  operator = await startSpreading(fleet);
  await waitFor('it has looked', async () => {
    const labels = { controller: 'distributedscaledobject', result: 'requeue_after' };
    return (await metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total', labels)) > 0;
  });
  expect(rowOf(await nginx.status(), 'member-2')).toMatchObject({
    lastStatusChangeTime: since,
    excluded: false,
  });
  await nginx.waitForSplit([5, undefined, 5], 60_000);
  const excluded = await nginx.waitForStatus(
    'member-2 is excluded',
    (status) => rowOf(status, 'member-2')?.excluded === true,
  );
  expect(rowOf(excluded, 'member-2')?.lastStatusChangeTime).toBe(since);
  await nginx.patch({ spec: { rebalancingPolicy: { gracePeriod: '3s' } } });
  await client.create(resources.deployments, deployment(1));
  await nginx.waitForSplit([4, 3, 3], 60_000);
});

test('a member that hangs is lost, delays nobody, and gets its share when it is back', async () => {
  const { cluster } = fleet.spoke(2);
  await cluster.freeze('kube-apiserver');
  await nginx.scale(20);
  // What the lost one would get stays with it until it is excluded.
  await waitFor('another one has its share', async () => {
    const object = await fleet.spoke(0).client.get(resources.deployments, nginx.workload);
    return (object['spec'] as { readonly replicas: number }).replicas >= 7;
  });
  const status = await nginx.waitForStatus(
    'member-3 is excluded',
    (status) => rowOf(status, 'member-3')?.excluded === true,
    60_000,
  );
  expect(rowOf(status, 'member-3')?.state).toBe('NotReady');
  await nginx.waitForStatus(
    'the others have all of it',
    ({ memberClusterStatuses: rows = {} }) =>
      (rows['member-1']?.currentReplicas ?? 0) + (rows['member-2']?.currentReplicas ?? 0) === 20,
    60_000,
  );
  await cluster.thaw('kube-apiserver');
  expect(await nginx.waitForSplit([7, 7, 6], 120_000)).toEqual([7, 7, 6]);
});

test('a member whose server is killed is excluded, and leaves with its registration', async () => {
  const { cluster } = fleet.spoke(2);
  await nginx.scale(10);
  await nginx.waitForSplit([4, 3, 3]);
  await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10');
  await cluster.kill('kube-apiserver');
  const lost = await nginx.waitForStatus(
    'member-3 is excluded',
    (status) => rowOf(status, 'member-3')?.excluded === true,
    60_000,
  );
  expect(rowOf(lost, 'member-3')).toMatchObject({
    currentReplicas: 3,
    description: expect.stringContaining('cannot be reached'),
  });
  await nginx.waitForSplit([5, 5, undefined], 60_000);
  await fleet.hub.delete(resources.secrets, { namespace: 'fleet-system', name: 'member-3' });
  const left = await nginx.waitForStatus(
    'member-3 is gone',
    (status) => rowOf(status, 'member-3') === undefined,
  );
  expect(left).toMatchObject({
    membersHealthyCount: 2,
    print: { membersCount: '2/2' },
    totalCurrentReplicas: 10,
  });
});
