import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { kubectl, waitFor } from '../bed/index.ts';
import {
  CommandLine,
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

function start(flags: readonly string[] = ['--scaling-engine=builtin']): Promise<RunningOperator> {
  return fleet.startOperator({ flags: ['--enable-dso=true', '--disable-ha', ...flags], providers: null });
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
  expect(await nginx.waitForEvent('TriggerError')).toEqual([told.message]);
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

async function keep(token: string): Promise<void> {
  await fleet.put(resources.secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'default', name: 'queue' },
    data: { token: Buffer.from(token).toString('base64') },
  });
}

test('a credential comes from a Secret on a hub that knows no more of KEDA than that kind', async () => {
  const hub = fleet.bed.hub.kubeconfig;
  const shell = new CommandLine({ kubeconfig: hub, home: fleet.bed.directory });
  const { stdout: definitions } = await shell.wheelwright('crds', '--for', 'triggers');
  const apply = ['apply', '--server-side', '-f', '-'];
  await kubectl(hub, apply, { input: definitions });
  const names = ['triggerauthentications', 'clustertriggerauthentications'].map(
    (name) => `crd/${name}.keda.sh`,
  );
  await kubectl(hub, ['wait', '--for=condition=Established', '--timeout=30s', ...names]);
  const authentication = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: { namespace: 'default', name: 'queue' },
    spec: { secretTargetRef: [{ parameter: 'token', name: 'queue', key: 'token' }] },
  };
  await kubectl(hub, apply, { input: JSON.stringify(authentication) });
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === 'Bearer sesame';
    response.writeHead(isKnown ? 200 : 401).end(isKnown ? '{"length": 30}' : '');
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    await keep('wrong');
    await operator.process.stop();
    // Whether KEDA is there is for the operator to find out.
    operator = await start(['--allow-loopback-triggers']);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const metadata = { url, valueLocation: 'length', targetValue: '5', authMode: 'bearer' };
    const triggers = [{ type: 'metrics-api', metadata, authenticationRef: { name: 'queue' } }];
    await nginx.patch({ spec: { scaledObjectSpec: { pollingInterval: 2, triggers } } });
    const told = await waitFor('the server to refuse', async () => {
      const ready = conditionOf(await nginx.object(), 'Ready');
      return ready?.reason === 'TriggerError' && ready;
    });
    expect(told.message).toContain('401');
    expect(await nginx.split()).toEqual([4, 4, 4]);
    const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
    await nginx.patch({
      spec: { scaledObjectSpec: { advanced: { horizontalPodAutoscalerConfig: { behavior } } } },
    });
    await keep('sesame');
    expect(await nginx.waitForSplit([2, 2, 2], 60_000)).toEqual([2, 2, 2]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
