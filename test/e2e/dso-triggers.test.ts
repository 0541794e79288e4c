import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { ScalerChannel } from '../../src/scaling/engine/builtin/external/scaler-channel.ts';
import {
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  registerMembers,
  type RunningOperator,
  waitForReads,
} from '../fleet/index.ts';

/** The guide with two members, on a hub without KEDA and without a controller manager. */
const name = { namespace: 'default', name: 'dso-demo' };
const workload = { namespace: 'default', name: 'dso-demo-app' };

let fleet: Fleet;
let demo: Distributed;
let operator: RunningOperator;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 2 });
  await registerMembers(fleet);
  demo = new Distributed(fleet, { name, workload });
  operator = await fleet.startOperator({
    flags: ['--enable-dso=true', '--disable-ha', '--external-scaler-bind-address=127.0.0.1:0'],
    providers: null,
  });
  for (const { client } of fleet.spokes)
    await fleet.put(resources.deployments, deployment(0, workload), client);
});

afterAll(() => fleet[Symbol.asyncDispose]());

async function setMetric(value: string): Promise<void> {
  await fleet.put(resources.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'dso-mock-metric' },
    data: { 'metric-value': value },
  });
}

async function waitForActive(wanted: 'True' | 'False'): Promise<void> {
  await demo.waitForStatus(`ScaledObjectActive is ${wanted}`, ({ conditions = [] }) =>
    conditions.some(({ type, status }) => type === 'ScaledObjectActive' && status === wanted),
  );
}

test('members follow the value of a ConfigMap by their weights, from zero and back', async () => {
  await setMetric('0');
  const object = distributedObject(
    {
      memberClusters: [
        { name: 'member-1', weight: 4 },
        { name: 'member-2', weight: 6 },
      ],
      scaledObjectSpec: {
        scaleTargetRef: { kind: 'Deployment', name: 'dso-demo-app' },
        minReplicaCount: 0,
        maxReplicaCount: 10,
        pollingInterval: 1,
        cooldownPeriod: 1,
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: {
              scaleUp: {
                stabilizationWindowSeconds: 0,
                policies: [{ type: 'Pods', value: 100, periodSeconds: 1 }],
              },
              scaleDown: {
                stabilizationWindowSeconds: 0,
                policies: [{ type: 'Pods', value: 100, periodSeconds: 1 }],
              },
            },
          },
        },
        triggers: [
          {
            type: 'kubernetes-resource',
            metadata: {
              resourceKind: 'ConfigMap',
              resourceName: 'dso-mock-metric',
              key: 'metric-value',
              targetValue: '5',
            },
          },
        ],
      },
    },
    name,
  );
  await fleet.hub.create(resources.distributedScaledObjects, object);
  await demo.waitForStatus(
    '0/0 and ready',
    ({ print, conditions = [] }) =>
      print?.totalReplicas === '0/0' &&
      conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  await waitForActive('False');

  await setMetric('20');
  expect(await demo.waitForSplit([2, 2], 60_000)).toEqual([2, 2]);
  await waitForActive('True');
  await setMetric('1000');
  expect(await demo.waitForSplit([4, 6], 60_000)).toEqual([4, 6]);

  await setMetric('abc');
  await demo.waitForStatus(
    'a trigger that fails',
    ({ conditions = [] }) => conditions.some(({ type, status }) => type === 'Ready' && status !== 'True'),
    60_000,
  );
  await waitForReads(operator.metricsUrl, { outcome: 'error', times: 2 });
  expect(await demo.split()).toEqual([4, 6]);

  await setMetric('0');
  expect(await demo.waitForSplit([0, 0], 90_000)).toEqual([0, 0]);
  const status = await demo.waitForStatus('0/0', ({ print }) => print?.totalReplicas === '0/0');
  expect(status).toMatchObject({ membersHealthyCount: 2, print: { membersCount: '2/2' } });
  await waitForActive('False');
});

test('the same trigger is served to KEDA', async () => {
  await setMetric('60');
  const { port } = (await operator.process.waitForLog(
    'the external scaler',
    ({ msg }) => msg === 'external scaler listens',
  )) as unknown as {
    readonly port: number;
  };
  const tls = { enable: false, isUnsafe: false, ca: undefined, cert: undefined, key: undefined };
  const channel = await ScalerChannel.open({
    address: `127.0.0.1:${port}`,
    allowsLoopback: true,
    tls,
  });
  try {
    const scalerMetadata = {
      resourceKind: 'ConfigMap',
      resourceName: 'dso-mock-metric',
      key: 'metric-value',
      targetValue: '5',
    };
    const request = {
      scaledObjectRef: { name: 'dso-demo', namespace: 'default', scalerMetadata },
      metricName: 'm',
    };
    const { signal } = new AbortController();
    expect(await channel.call('GetMetrics', request, signal)).toEqual({
      metricValues: [{ metricName: 'm', metricValue: 60, metricValueFloat: 60 }],
    });
  } finally {
    channel.close();
  }
});
