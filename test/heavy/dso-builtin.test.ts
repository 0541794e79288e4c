import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  conditionOf,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  registerMembers,
  type RunningOperator,
  waitForReads,
} from '../fleet/index.ts';

let fleet: Fleet;
let operator: RunningOperator;
let nginx: Distributed;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 3 });
  await registerMembers(fleet);
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(0), client)),
  );
  nginx = new Distributed(fleet);
  operator = await start();
  await measure('20');
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ scaledObjectSpec: { minReplicaCount: 0 } }),
  );
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function start(): Promise<RunningOperator> {
  return fleet.startOperator({
    flags: ['--enable-dso=true', '--scaling-engine=builtin', '--disable-ha'],
    providers: null,
  });
}

async function measure(value: string | null): Promise<void> {
  await fleet.hub.apply(
    resources.configMaps,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: 'mock-metric' },
      data: value === null ? {} : { 'metric-value': value },
    },
    { force: true },
  );
}

test('a metric of 20 by 5 makes 4 replicas over three members, and 50 makes 10', async () => {
  await nginx.waitForSplit([2, 1, 1]);
  await measure('50');
  await nginx.waitForSplit([4, 3, 3]);
  const status = await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10');
  expect(status.totalCurrentReplicas).toBe(10);
  expect(conditionOf(await nginx.object(), 'Ready')).toMatchObject({
    status: 'True',
    reason: 'AllMembersReady',
  });
  expect(conditionOf(await nginx.object(), 'ScaledObjectActive')).toMatchObject({
    status: 'True',
    reason: 'ScalerActive',
  });
});

test('a key that is missing freezes the total, and says so', async () => {
  await measure(null);
  const told = await waitFor('the trigger to fail', async () => {
    const ready = conditionOf(await nginx.object(), 'Ready');
    return ready?.reason === 'TriggerError' && ready;
  });
  expect(told.message).toContain("the ConfigMap default/mock-metric has no key 'metric-value'");
  await waitForReads(operator.metricsUrl, { outcome: 'error', times: 2 });
  expect(await nginx.split()).toEqual([4, 3, 3]);
  await measure('50');
  await waitFor(
    'the trigger to be well',
    async () => conditionOf(await nginx.object(), 'Ready')?.status === 'True',
  );
});

test('a restart changes nothing, and what was changed meanwhile is caught up on', async () => {
  await operator.process.stop();
  await measure('60');
  operator = await start();
  await nginx.waitForSplit([4, 4, 4]);
  expect((await nginx.object())['spec']).toMatchObject({ totalTargetReplicas: 12 });
});

test('paused at a number it is that number', async () => {
  await nginx.patch({ metadata: { annotations: { 'autoscaling.keda.sh/paused-replicas': '3' } } });
  await nginx.waitForSplit([1, 1, 1]);
  await waitFor(
    'the pause to be told',
    async () => conditionOf(await nginx.object(), 'Paused')?.status === 'True',
  );
  await nginx.patch({ metadata: { annotations: { 'autoscaling.keda.sh/paused-replicas': null } } });
  // It comes by in between; what the metric asks for is twelve.
  expect(await nginx.waitForSplit([4, 4, 4], 60_000)).toEqual([4, 4, 4]);
  await waitFor('the end of the pause to be told', async () => {
    const paused = conditionOf(await nginx.object(), 'Paused');
    return paused?.status === 'False' && paused.reason === 'ScaledObjectUnpaused';
  });
});
