import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { kubectl } from '../bed/index.ts';
import { deployment, Distributed, distributedObject, Fleet, Metric, registerMember } from '../fleet/index.ts';

/** KEDA polls every half minute. */
const patienceMs = 90_000;
const names = ['member-cluster-1', 'member-cluster-2', 'hub-itself'];

let fleet: Fleet;
let metric: Metric;
let nginx: Distributed;

/** Two members of weights 4 and 6, and the hub, which the object does not name yet. */
beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 2, keda: true });
  metric = new Metric(fleet.hub, 'mock-metric');
  const members = [...fleet.spokes, { cluster: fleet.bed.hub, client: fleet.hub }];
  nginx = new Distributed({ hub: fleet.hub, spokes: members });
  await Promise.all(
    members.map(async ({ cluster, client }, index) => {
      await registerMember(fleet, names[index] ?? '', cluster);
      await fleet.put(resources.deployments, deployment(1), client);
    }),
  );
  await fleet.startOperator({ providers: null, flags: ['--enable-dso=true'] });
  await metric.set('25');
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({
      memberClusters: [
        { name: 'member-cluster-1', weight: 4 },
        { name: 'member-cluster-2', weight: 6 },
      ],
      rebalancingPolicy: { gracePeriod: '1m' },
      scaledObjectSpec: { scaleTargetRef: { kind: 'Deployment', name: 'nginx' }, maxReplicaCount: 10 },
    }),
  );
});

afterAll(() => fleet[Symbol.asyncDispose]());

function onHub(...args: readonly string[]): Promise<string> {
  return kubectl(fleet.bed.hub.kubeconfig, args);
}

async function waitForCondition(type: string, status: 'True' | 'False'): Promise<void> {
  await nginx.waitForStatus(
    `condition ${type} is ${status}`,
    ({ conditions = [] }) => conditions.some((found) => found.type === type && found.status === status),
    patienceMs,
  );
}

async function weigh(...weights: readonly number[]): Promise<void> {
  const memberClusters = weights.map((weight, index) => ({ name: names[index], weight }));
  await nginx.patch({ spec: { memberClusters } });
}

test('25 makes 5 of it, by the weights, and the status tells of each member', async () => {
  await nginx.waitForSplit([2, 3, 1], patienceMs);
  const status = await nginx.waitForStatus('5/5', ({ print }) => print?.totalReplicas === '5/5', patienceMs);
  const row = (id: string, replicas: number): object => ({
    id,
    provider: 'kubeconfig',
    state: 'Ready',
    description: expect.stringMatching(/\S/),
    currentReplicas: replicas,
    desiredReplicas: replicas,
    lastStatusChangeTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(status).toMatchObject({
    membersHealthyCount: 2,
    membersTotalCount: 2,
    totalCurrentReplicas: 5,
    memberClusterStatuses: {
      'member-cluster-1': row('member-cluster-1', 2),
      'member-cluster-2': row('member-cluster-2', 3),
    },
  });
  expect((await nginx.object())['spec']).toMatchObject({ totalTargetReplicas: 5 });
});

test('its ScaledObject is its own, and the autoscaler scales the object itself', async () => {
  const owners = 'jsonpath={.metadata.ownerReferences[*].kind}/{.metadata.ownerReferences[*].uid}';
  const { uid } = (await nginx.object()).metadata;
  expect(await onHub('get', 'scaledobject', 'nginx', '-o', owners)).toBe(`DistributedScaledObject/${uid}`);
  const autoscaler = JSON.parse(await onHub('get', 'hpa', 'keda-hpa-nginx', '-o', 'json')) as object;
  expect(autoscaler).toMatchObject({
    spec: {
      scaleTargetRef: {
        apiVersion: 'keda.kedify.io/v1alpha1',
        kind: 'DistributedScaledObject',
        name: 'nginx',
      },
      minReplicas: 1,
      maxReplicas: 10,
    },
  });
});

test('kubectl shows it, and what KEDA says of its trigger and autoscaler', async () => {
  await waitForCondition('Ready', 'True');
  await waitForCondition('ScaledObjectActive', 'True');
  await waitForCondition('Paused', 'False');
  const [titles = '', values = ''] = (await onHub('get', 'dso', 'nginx')).split('\n');
  const columns = ['NAME', 'TOTALREPLICAS', 'MEMBERS', 'READY', 'ACTIVE', 'AGE', 'PAUSED'];
  expect(titles.split(/\s+/)).toEqual(columns);
  const age = expect.stringMatching(/^\d+[sm]/) as string;
  expect(values.split(/\s+/)).toEqual(['nginx', '5/5', '2/2', 'True', 'True', age, 'False']);
  const described = await onHub('describe', 'so', 'nginx');
  expect(described).toMatch(/Type: +kubernetes-resource/);
  expect(described).toMatch(/Hpa Name: +keda-hpa-nginx/);
  for (const type of ['Ready', 'Active'])
    expect(described).toMatch(new RegExp(`Status: +True\\s+Type: +${type}\\b`));
});

test('weights are ratios', async () => {
  await weigh(60, 40);
  expect(await nginx.waitForSplit([3, 2, 1], patienceMs)).toEqual([3, 2, 1]);
  await weigh(40, 60);
  expect(await nginx.waitForSplit([2, 3, 1], patienceMs)).toEqual([2, 3, 1]);
});

test('the hub takes its share of what it scales, and hinders nobody', async () => {
  await weigh(1, 1, 1);
  expect(await nginx.waitForEvenSplit(5, [0, 1, 2], patienceMs)).toHaveLength(3);
  await metric.set('50');
  await nginx.waitForEvenSplit(10, [0, 1, 2], patienceMs);
  const status = await nginx.waitForStatus(
    '10/10',
    ({ print }) => print?.totalReplicas === '10/10',
    patienceMs,
  );
  expect(status).toMatchObject({ membersHealthyCount: 3, membersTotalCount: 3 });
  await waitForCondition('Ready', 'True');
});
