import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Resource, resources } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate } from '../bed/index.ts';
import {
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  memberKubeconfig,
  memberSecret,
  prepareMember,
  refuseWrites,
  registerMembers,
  renewMemberToken,
  rowOf,
  setSchedulable,
  startSpreading,
  statefulSet,
  waitForMember,
} from '../fleet/index.ts';
import { FakeApiServer } from '../support/fake-api-server/index.ts';

let fleet: Fleet;
let nginx: Distributed;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 3 });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(1), client)),
  );
  await startSpreading(fleet);
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  await nginx.waitForStatus('3/3', ({ print }) => print?.totalReplicas === '3/3');
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

test('a member that may not be written to is out of it after the grace period, and gets its share once it may', async () => {
  const { client, cluster } = fleet.spoke(1);
  await refuseWrites(client);
  await nginx.scale(10);
  const refused = await nginx.waitForStatus(
    'member-2 refuses',
    (status) => rowOf(status, 'member-2')?.description.includes('forbidden') === true,
  );
  expect(rowOf(refused, 'member-2')).toMatchObject({ state: 'NotReady', currentReplicas: 1 });
  expect(rowOf(refused, 'member-2')?.description).toContain("in namespace 'default'");
  const [note] = await nginx.waitForEvent('ScaleFailed');
  expect(note).toMatch(/^member-2 cannot be scaled to \d+: forbidden: /);
  await nginx.waitForSplit([5, 1, 5], 60_000);
  await prepareMember(cluster, 'member-2');
  await nginx.waitForSplit([4, 3, 3], 120_000);
});

test('a member whose token is revoked while the total rises says so, and the others scale', async () => {
  const { cluster } = fleet.spoke(2);
  const renewed = await renewMemberToken(cluster, 'member-3');
  await nginx.scale(20);
  const revoked = await nginx.waitForStatus(
    'member-3 refuses the credential',
    (status) => rowOf(status, 'member-3')?.state === 'NotReady',
    60_000,
  );
  expect(rowOf(revoked, 'member-3')?.description).toMatch(/credential/);
  await nginx.waitForSplit([10, 10], 60_000);
  await fleet.put(resources.secrets, memberSecret('member-3', memberKubeconfig(renewed)));
  await nginx.waitForEvenSplit(20, [0, 1, 2], 120_000);
});

test.for([
  { what: 'pages of HTML', member: 'portal', type: 'text/html', body: '<title>Sign in</title>' },
  { what: 'text in the place of objects', member: 'echo', type: 'application/json', body: 'it works' },
  { what: 'objects of another kind', member: 'other', type: 'application/json', body: '{}' },
])(
  'a member that answers with $what is out of reach, with the reason, and hinders nobody',
  async ({ member, type, body }) => {
    const authority = await createAuthority('garbage', new Date());
    const pair = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, new Date());
    const server = await FakeApiServer.start({ pair });
    server.intercept((exchange) => {
      exchange.text(200, body, { 'content-type': type });
      return true;
    });
    try {
      const kubeconfig = memberKubeconfig({
        member,
        server: `https://127.0.0.1:${server.port}`,
        certificateAuthority: Buffer.from(authority.certificate).toString('base64'),
        token: 'anything-goes',
      });
      await fleet.put(resources.secrets, memberSecret(member, kubeconfig));
      const { info = '' } = await waitForMember(fleet.hub, member, { state: 'NotReady' });
      expect(info).toContain('this is not a Kubernetes API server');
      expect(info).not.toContain(body);
      const status = await nginx.waitForStatus(
        'a row of it',
        (status) => rowOf(status, member)?.state === 'NotReady',
      );
      expect(rowOf(status, member)?.description).toContain('this is not a Kubernetes API server');
      await nginx.waitForEvenSplit(20, [0, 1, 2]);
    } finally {
      await fleet.hub.delete(resources.secrets, { namespace: fleetNamespace, name: member });
      await server.stop();
    }
    await nginx.waitForStatus('it is gone', (status) => rowOf(status, member) === undefined);
  },
);

test('what has no more than a scale is spread too, and a member without it is told of', async () => {
  const name = { namespace: 'default', name: 'db' };
  const kind = { group: 'apps', version: 'v1', kind: 'StatefulSet' };
  const [statefulSets] = await Promise.all<Resource>(
    fleet.spokes.map(({ client }) => client.resourceFor(kind)),
  );
  if (statefulSets === undefined) throw new Error('the fleet has no spokes');
  const db = new Distributed(fleet, { name, workload: name, kind: statefulSets });
  for (const { client } of [fleet.spoke(0), fleet.spoke(1)])
    await fleet.put(statefulSets, statefulSet(1, name), client);
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' };
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ scaledObjectSpec: { scaleTargetRef } }, { name: 'db' }),
  );
  await db.waitForStatus('2/2', ({ print }) => print?.totalReplicas === '2/2', 60_000);
  await db.scale(6);
  await db.waitForSplit([3, 3, undefined], 60_000);
  const status = await db.waitForStatus('6/6', ({ print }) => print?.totalReplicas === '6/6', 60_000);
  expect(rowOf(status, 'member-3')).toMatchObject({ state: 'NotReady' });
  expect(rowOf(status, 'member-3')?.description).toContain("StatefulSet 'db' not found");
  const { client } = fleet.spoke(2);
  // A pod that cannot start is no reason to end one elsewhere.
  await setSchedulable(client, false);
  await fleet.put(statefulSets, statefulSet(0, name), client);
  const waiting = await db.waitForStatus(
    'a pod that is not ready',
    (status) => rowOf(status, 'member-3')?.currentReplicas === 1,
    120_000,
  );
  const members = ['member-1', 'member-2', 'member-3'];
  expect(members.map((member) => rowOf(waiting, member)?.desiredReplicas)).toEqual([3, 3, 2]);
  await setSchedulable(client, true);
  await db.waitForSplit([2, 2, 2], 120_000);
});

test('what is scaled no more gets its first numbers back', async () => {
  const name = { namespace: 'default', name: 'moving' };
  const [first, second] = ['first', 'second'].map(
    (workload) => new Distributed(fleet, { name, workload: { ...name, name: workload } }),
  ) as [Distributed, Distributed];
  for (const [index, { client }] of fleet.spokes.entries()) {
    await fleet.put(resources.deployments, deployment(index, first.workload), client);
    await fleet.put(resources.deployments, deployment(0, second.workload), client);
  }
  const advanced = { restoreToOriginalReplicaCount: true };
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ scaledObjectSpec: { advanced, scaleTargetRef: { name: 'first' } } }, name),
  );
  await first.waitForStatus('3/3', ({ print }) => print?.totalReplicas === '3/3', 60_000);
  await first.scale(9);
  await first.waitForSplit([3, 3, 3], 60_000);
  await first.patch({ spec: { scaledObjectSpec: { scaleTargetRef: { name: 'second' } } } });
  await first.waitForSplit([0, 1, 2], 60_000);
  expect(await second.waitForSplit([3, 3, 3], 60_000)).toEqual([3, 3, 3]);
});
