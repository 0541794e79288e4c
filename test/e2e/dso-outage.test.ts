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
  registerMembers,
  rowOf,
  startSpreading,
} from '../fleet/index.ts';

let fleet: Fleet;
let audit: AuditLog;
let nginx: Distributed;

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    profiles: false,
    spokes: [{}, { flags: { 'kube-apiserver': audit.flags } }, {}],
  });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
  await startSpreading(fleet);
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

/** Long while something is looked at that must not be over by then; short once it shall be. */
async function setGracePeriod(gracePeriod: string): Promise<void> {
  await nginx.patch({ spec: { rebalancingPolicy: { gracePeriod } } });
}

test('a workload that is deleted on a member goes to the others after the grace period, and comes back', async () => {
  await setGracePeriod('5m');
  const { client } = fleet.spoke(1);
  // Another namespace is no place to look for it.
  await fleet.put(resources.deployments, deployment(1, { namespace: 'elsewhere' }), client);
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

  await setGracePeriod('3s');
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
