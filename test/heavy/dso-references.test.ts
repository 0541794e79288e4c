import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Condition } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import {
  builtinProviders,
  conditionOf,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  memberKubeconfig,
  memberSecret,
  prepareMember,
  registerMember,
  rowOf,
  type Spoke,
  startSpreading,
  waitForMember,
} from '../fleet/index.ts';
import { MountedDirectory } from '../support/mounted-directory.ts';

const file = 'member-a-cluster.kubeconfig';

let fleet: Fleet;
let nginx: Distributed;
/** What the file calls the second cluster. */
let local: string;

/**
 * Four clusters: the first is `member-a` by a Secret, and `twin` by another one; the second would be `member-a` by a file;
 * the third has a ClusterProfile; the fourth is the hub, called `home` by itself and `hub-itself` by a Secret.
 */
beforeAll(async () => {
  fleet = await Fleet.start({ hub: {}, spokes: 3 });
  const [first, second, third] = [fleet.spoke(0), fleet.spoke(1), fleet.spoke(2)];
  const mounted = await MountedDirectory.create(join(fleet.bed.directory, 'kubeconfigs'));
  local = `${mounted.path}/${file}+kedify-agent@member-a`;
  await mounted.write({ [file]: memberKubeconfig(await prepareMember(second.cluster, 'member-a')) });
  await registerMember(fleet, 'member-a', first.cluster);
  await registerMember(fleet, 'hub-itself', fleet.bed.hub);
  await letMoreSpread(third);
  nginx = new Distributed({ hub: fleet.hub, spokes: [...fleet.spokes, { client: fleet.hub }] });
  await Promise.all(
    [...fleet.spokes.map(({ client }) => client), fleet.hub].map((client) =>
      fleet.put(resources.deployments, deployment(0), client),
    ),
  );
  await startSpreading(fleet, [`--kubeconfig-dir=${mounted.path}`, '--hub-member=home'], {
    providers: builtinProviders,
  });
  await Promise.all([
    waitForMember(fleet.hub, 'member-a', { provider: 'kubeconfig', state: 'Ready' }),
    waitForMember(fleet.hub, `file#${local}`, { provider: 'file', state: 'Ready' }),
    waitForMember(fleet.hub, 'home'),
    waitForMember(fleet.hub, 'hub-itself'),
  ]);
  const memberClusters = [{ name: 'member-a', weight: 1 }];
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ memberClusters, scaledObjectSpec: { minReplicaCount: 0 } }),
  );
  await nginx.waitForStatus('the first look', ({ print }) => print?.totalReplicas !== undefined);
  await nginx.scale(4);
  await nginx.waitForSplit([4, 0, 0, 0]);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** The account of a profile is there for Knative; a member needs more. */
async function letMoreSpread({ cluster, client }: Spoke): Promise<void> {
  await prepareMember(cluster, 'spoke-3');
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  await client.create(resources.clusterRoleBindings, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'spoke-3-is-a-member' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'kedify-agent' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'wheelwright', name: 'wheelwright' }],
  });
}

async function list(...names: readonly string[]): Promise<void> {
  await nginx.patch({ spec: { memberClusters: names.map((name) => ({ name, weight: 1 })) } });
}

describe('a reference', () => {
  beforeEach(async () => {
    await list('member-a');
    await nginx.waitForSplit([4, 0, 0, 0], 60_000);
  });

  test.for([
    ['the canonical id of a Secret', (): string => 'kubeconfig#member-a', [4, 0, 0, 0]],
    ['the canonical id of a file, whose name another one has', (): string => `file#${local}`, [0, 4, 0, 0]],
    ['what the file calls it', (): string => local, [0, 4, 0, 0]],
    [
      'the canonical id of a ClusterProfile without the label',
      (): string => `clusterprofile#${fleetNamespace}/spoke-3`,
      [0, 0, 4, 0],
    ],
    ['the name that the hub has for itself', (): string => 'home', [0, 0, 0, 4]],
    ['the name of a Secret with a kubeconfig of the hub', (): string => 'hub-itself', [0, 0, 0, 4]],
  ] as const)('may be %s', async ([, reference, split]) => {
    const name: string = reference();
    await list(name);
    await nginx.waitForSplit(split, 60_000);
    const status = await nginx.waitForStatus(
      'nobody else has a row',
      ({ memberClusterStatuses: rows = {}, print }) =>
        Object.keys(rows).length === 1 && print?.totalReplicas === '4/4',
    );
    expect(rowOf(status, name)).toMatchObject({ state: 'Ready', currentReplicas: 4, desiredReplicas: 4 });
  });
});

describe('a ClusterProfile', () => {
  const reference = `clusterprofile#${fleetNamespace}/spoke-3`;
  const target = async (): Promise<Condition | undefined> =>
    conditionOf(await nginx.object(), 'TargetClusterResolved');

  test('that leads to its cluster is resolved, also by its name where it has the label', async () => {
    await list(reference);
    await nginx.waitForSplit([0, 0, 4, 0], 60_000);
    expect(await target()).toMatchObject({ status: 'True', reason: 'Resolved' });
    const labels = { 'wheelwright.dev/member': 'true' };
    const profile = { namespace: fleetNamespace, name: 'spoke-3' };
    await fleet.hub.patch(resources.clusterProfiles, profile, 'merge', { metadata: { labels } });
    await waitForMember(fleet.hub, 'spoke-3');
    await list('spoke-3');
    const status = await nginx.waitForStatus('a row of that name', ({ memberClusterStatuses: rows = {} }) =>
      Object.hasOwn(rows, 'spoke-3'),
    );
    expect(rowOf(status, 'spoke-3')).toMatchObject({ provider: 'clusterprofile', state: 'Ready' });
    expect(await nginx.split()).toEqual([0, 0, 4, 0]);
    expect(await target()).toMatchObject({ status: 'True', reason: 'Resolved' });
  });

  test('that there is not is told by its row and by the condition, and the others serve', async () => {
    const missing = `clusterprofile#${fleetNamespace}/missing`;
    await list('spoke-3', missing);
    const status = await nginx.waitForStatus(
      'a row of the missing one',
      (status) => rowOf(status, missing)?.description.includes(`${fleetNamespace}/missing`) === true,
    );
    expect(rowOf(status, missing)).toMatchObject({ state: 'NotReady' });
    expect(await target()).toMatchObject({ status: 'False', reason: 'ClusterProfileNotFound' });
    await nginx.waitForSplit([0, 0, 4, 0], 60_000);
    await list('spoke-3');
    await nginx.waitForStatus('it is resolved', ({ conditions = [] }) =>
      conditions.some(({ type, status }) => type === 'TargetClusterResolved' && status === 'True'),
    );
  });
});

test.for([
  ['a cluster that two Secrets lead to', 'member-a', 'twin', [4, 0, 0, 0]],
  ['the hub under two names', 'home', 'hub-itself', [0, 0, 0, 4]],
] as const)('%s is one member', async ([, name, twin, split]) => {
  const { cluster } = fleet.spoke(0);
  const kubeconfig = memberKubeconfig(await prepareMember(cluster, 'twin'));
  await fleet.put(resources.secrets, memberSecret('twin', kubeconfig));
  await waitForMember(fleet.hub, 'twin');
  await list(name);
  await nginx.waitForSplit(split, 60_000);
  await list(name, twin);
  const status = await nginx.waitForStatus(
    'one is a duplicate',
    (status) => rowOf(status, twin)?.state === 'NotReady',
  );
  expect(rowOf(status, twin)).toMatchObject({ excluded: true, desiredReplicas: 0 });
  expect(rowOf(status, twin)?.description).toContain(`duplicate of default/${name}`);
  expect(rowOf(status, name)).toMatchObject({ state: 'Ready', desiredReplicas: 4 });
  await nginx.waitForEvent('DuplicateMember', twin);
  expect(await nginx.split()).toEqual(split);
});

test('a cluster that two objects name differently is that of the elder one', async () => {
  const reference = `clusterprofile#${fleetNamespace}/spoke-3`;
  await registerMember(fleet, 'third', fleet.spoke(2).cluster);
  await waitForMember(fleet.hub, 'third');
  await list('third');
  await nginx.waitForSplit([0, 0, 4, 0], 60_000);
  const name = { namespace: 'default', name: 'rival' };
  const rival = new Distributed({ hub: fleet.hub, spokes: fleet.spokes }, { name });
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ memberClusters: [{ name: reference, weight: 1 }] }, { name: name.name }),
  );
  await rival.waitForStatus(
    'it gives way',
    ({ conditions = [] }) => conditions.some(({ reason }) => reason === 'ScaleTargetConflict'),
    60_000,
  );
  await rival.waitForEvent('ScaleTargetConflict', 'default/nginx');
  expect(conditionOf(await nginx.object(), 'Ready')).toMatchObject({ status: 'True' });
  expect(await nginx.split()).toEqual([0, 0, 4, 0]);
  await list('member-a');
  await rival.waitForStatus(
    'it has the cluster once nobody else means it',
    ({ conditions = [] }) => !conditions.some(({ reason }) => reason === 'ScaleTargetConflict'),
    60_000,
  );
});
