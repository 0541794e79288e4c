import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { fakeKubeClient } from '../testing/fake-kube-client.ts';
import { testHost } from '../testing/test-host.ts';
import { ForbiddenError } from '../../kube/index.ts';
import { ago, lease, now } from '../testing/objects.ts';
import { checkCommand } from './check-command.ts';

const members = kedifyConfiguration({ 'eu-1': reached('eu-1'), 'us-2': reached('us-2') });
const checkout = scaledObject('shop/checkout', {
  rows: [
    { member: 'eu-1', desired: 3 },
    { member: 'us-2', desired: 2 },
  ],
});

async function check(objects: readonly KubeObject[], hub: FakeHubOptions = {}, output = 'short') {
  const { open, clock } = fakeHub({ ...hub, objects: [lease('serving'), lease('eventing'), ...objects] });
  const services = {
    open,
    clock,
    version: '0.1.0',
    look: async () => ({ expiresAt: now, issuer: '', names: [] }),
    connect: () => fakeKubeClient({ cluster: 'none' }),
  };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'check' ? { ...entry, load: async () => checkCommand(services) } : entry,
  );
  const host = testHost();
  const exit = await run(['check', '--only', 'WW40xx', 'WW2016', '-o', output], host, entries);
  return { exit, lines: host.written.stdout.split('\n').filter((line) => line !== '') };
}

function hpa(status: 'True' | 'False', reason: string): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace: 'shop', name: 'keda-hpa-checkout' },
    spec: { scaleTargetRef: { kind: 'DistributedScaledObject', name: 'checkout' } },
    status: { conditions: [{ type: 'ScalingActive', status, reason, message: 'no value for s0-kafka' }] },
  };
}

function hpaOf(kind: string, target: string): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace: 'shop', name: 'own' },
    spec: { scaleTargetRef: { kind, name: target } },
  };
}

const notAllowed = "forbidden: the credential may not create secrets in namespace 'shop'";

const hubRow = { currentReplicas: 2, desiredReplicas: 2, id: 'here', provider: 'hub', state: 'Ready' };
const onHub: KubeObject = {
  ...checkout,
  status: { selector: 'a=b', memberClusterStatuses: { here: hubRow } },
};

function onTheWay(): KubeObject {
  const row = { ...hubRow, id: 'us-2', provider: 'kubeconfig', desiredReplicas: 4 };
  const memberClusterStatuses = { 'us-2': { ...row, lastScalingProgressTime: ago(30) } };
  return { ...checkout, status: { selector: 'a=b', memberClusterStatuses } };
}

function withSpec(spec: object, object = checkout): KubeObject {
  return { ...object, spec: { ...(object['spec'] as object), ...spec } };
}

function withTriggers(...triggers: readonly object[]): KubeObject {
  return withSpec({ scaledObjectSpec: { scaleTargetRef: { name: 'checkout' }, triggers } });
}

const fromLoad = {
  type: 'kubernetes-resource',
  metadata: { resourceKind: 'ConfigMap', resourceName: 'load', key: 'value', targetValue: '5' },
};
const triggered = withTriggers(fromLoad, {
  type: 'prometheus',
  metadata: {},
  authenticationRef: { name: 'login' },
});

function configMap(data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'load' }, data };
}

describe('checks of what is spread over members', () => {
  it('are skipped where there is nothing of the kind', async () => {
    const { exit, lines } = await check([]);
    expect(exit).toBe(0);
    expect(lines.filter((line) => !line.includes(' skipped '))).toEqual([]);
  });

  it('find nothing where all is well and the operator evaluates triggers', async () => {
    expect(await check([members, checkout])).toEqual({ exit: 0, lines: [] });
  });

  it.each<[code: string, says: string, objects: readonly KubeObject[]]>([
    [
      'WW4004',
      'scaling of dso/shop/checkout stands still: keda-hpa-checkout is not active (FailedGetExternalMetric)',
      [members, checkout, hpa('False', 'FailedGetExternalMetric')],
    ],
    [
      'WW4005',
      'status.selector is empty of dso/shop/checkout',
      [members, scaledObject('shop/checkout', { selector: undefined })],
    ],
    [
      'WW4006',
      'dso/shop/checkout on us-2',
      [
        members,
        scaledObject('shop/checkout', {
          rows: [{ member: 'us-2', state: 'NotReady', description: 'Deployment shop/checkout is not there' }],
        }),
      ],
    ],
    [
      'WW4007',
      'scaled by others as well: dso/shop/checkout on us-2 by kube-controller-manager',
      [
        members,
        scaledObject('shop/checkout', {
          rows: [
            { member: 'us-2', description: 'its share by weight 1; contended by kube-controller-manager' },
          ],
        }),
      ],
    ],
    [
      'WW4007',
      "scaled on the hub as well: dso/shop/checkout by HorizontalPodAutoscaler 'own'",
      [members, onHub, hpaOf('Deployment', 'checkout'), hpaOf('Deployment', 'cart')],
    ],
    [
      'WW4011',
      "not there: key 'value' of ConfigMap shop/load of dso/shop/checkout, TriggerAuthentication shop/login of dso/shop/checkout",
      [members, triggered],
    ],
    [
      'WW4011',
      "not there: key 'value' of ConfigMap shop/load of dso/shop/checkout",
      [members, withTriggers(fromLoad), configMap({ other: '1' })],
    ],
    [
      'WW4008',
      "not registered: 'us-9' of dso/shop/checkout",
      [members, scaledObject('shop/checkout', { members: [{ name: 'us-9' }, { name: 'kubeconfig#eu-1' }] })],
    ],
    [
      'WW4008',
      'all weights are 0: nobody may take replicas of dso/shop/checkout',
      [
        members,
        scaledObject('shop/checkout', {
          members: [
            { name: 'eu-1', weight: 0 },
            { name: 'us-2', drain: true },
          ],
        }),
      ],
    ],
    [
      'WW4013',
      'not reached: eu-1',
      [kedifyConfiguration({ 'eu-1': reached('eu-1', { state: 'NotReady', info: 'It hangs.' }) })],
    ],
    ['WW4013', 'not known: members by file', [kedifyConfiguration({}, {}, { file: 'It cannot be read.' })]],
    [
      'WW4014',
      'not as on the hub: dso/shop/checkout on eu-1, dso/shop/checkout on us-2',
      [
        members,
        scaledObject('shop/checkout', {
          rows: [
            { member: 'eu-1', description: `its share by weight 1; not as on the hub: ${notAllowed}` },
            { member: 'us-2', description: 'its share by weight 1; not as on the hub: conflict' },
          ],
        }),
      ],
    ],
  ])('%s: %s', async (code, says, objects) => {
    const { exit, lines } = await check(objects);
    expect(lines).toEqual([`${code} error prod-hub: ${says}`]);
    expect(exit).toBe(1);
  });

  it('warn of a member whose name another one has', async () => {
    const masked = kedifyConfiguration({
      'eu-1': reached('eu-1'),
      'file#/etc/mc/eu-1+a': reached('/etc/mc/eu-1+a', { provider: 'file' }),
    });
    const says = 'masked by a member of the same name: file#/etc/mc/eu-1+a';
    expect(await check([masked])).toEqual({ exit: 0, lines: [`WW2016 warning prod-hub: ${says}`] });
  });

  it.each<[says: string, object: KubeObject]>([
    [
      'WW4009 warning prod-hub: a grace period is shorter than 15s: dso/shop/checkout (14s)',
      withSpec({ rebalancingPolicy: { gracePeriod: '14s' } }),
    ],
    [
      'WW4010 warning prod-hub: replicas do not start: dso/shop/checkout on us-2 (1 of 4)',
      scaledObject('shop/checkout', { rows: [{ member: 'us-2', current: 1, desired: 4 }] }),
    ],
    [
      'WW4010 warning prod-hub: replicas do not start: dso/shop/checkout on us-2 (4 of 4)',
      scaledObject('shop/checkout', {
        rows: [
          {
            member: 'us-2',
            desired: 4,
            state: 'NotReady',
            description: 'slow progress: the others take over what is not ready',
          },
        ],
      }),
    ],
  ])('%s', async (says, object) => {
    expect(await check([members, object])).toEqual({ exit: 0, lines: [says] });
  });

  it('name the rights that a member must give to have the workload of the hub', async () => {
    const rows = [{ member: 'us-2', description: `gets its share; not as on the hub: ${notAllowed}` }];
    const { lines } = await check([members, scaledObject('shop/checkout', { rows })], {}, 'table');
    const found = lines.slice(lines.findIndex((line) => line.includes('WW4014')));
    expect(found.join('\n')).toContain(notAllowed);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining(
          '- {apiGroups: [""], resources: ["configmaps", "secrets", "serviceaccounts"], verbs: [get, list, watch, create, patch, delete]}',
        ),
        expect.stringContaining(
          '- {apiGroups: ["apps"], resources: ["deployments"], verbs: [get, list, watch, create, patch, delete]}',
        ),
      ]),
    );
  });

  it.each<[what: string, objects: readonly KubeObject[]]>([
    ['a grace period of 15s', [withSpec({ rebalancingPolicy: { gracePeriod: '15s' } })]],
    ['replicas that have started to come within the grace period', [onTheWay()]],
    ['a trigger whose object is there', [withTriggers(fromLoad), configMap({ value: '1' })]],
    [
      'an autoscaler of the hub for a workload that only members run',
      [checkout, hpaOf('Deployment', 'checkout')],
    ],
  ])('find nothing in %s', async (_, objects) => {
    expect(await check([members, ...objects])).toEqual({ exit: 0, lines: [] });
  });

  it('say nothing of what triggers name where this user may not read it', async () => {
    const { exit, lines } = await check([members, withTriggers(fromLoad)], {
      fails: (call) =>
        call.resource === 'configmaps' ? new ForbiddenError(call, { message: 'forbidden' }) : undefined,
    });
    const lacks = 'WW4011 skipped prod-hub: needs the right to get configmaps';
    expect({ exit, lines }).toEqual({ exit: 4, lines: [lacks] });
  });

  it.each([hpa('True', 'ValidMetricFound'), hpa('False', 'ScalingDisabled')])(
    'hold an autoscaler that works, or was switched off, for no failure',
    async (autoscaler) => {
      expect((await check([members, checkout, autoscaler])).lines).toEqual([]);
    },
  );

  describe('where KEDA evaluates triggers', () => {
    const also = [
      {
        group: 'keda.sh',
        version: 'v1alpha1',
        kind: 'ScaledObject',
        plural: 'scaledobjects',
        namespaced: true,
      },
    ];
    const keda = (version: string): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        namespace: 'keda',
        name: 'keda-operator',
        labels: { app: 'keda-operator', 'app.kubernetes.io/version': version },
      },
    });
    const child = (uid: string): KubeObject => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: {
        namespace: 'shop',
        name: 'checkout',
        ownerReferences: [
          { apiVersion: 'keda.kedify.io/v1alpha1', kind: 'DistributedScaledObject', name: 'checkout', uid },
        ],
      },
    });
    const own: KubeObject = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { namespace: 'shop', name: 'own' },
      spec: { scaleTargetRef: { name: 'checkout' } },
    };
    const service = (namespace: string, status: string): KubeObject => ({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.external.metrics.k8s.io' },
      spec: { service: { namespace, name: `${namespace}-metrics-apiserver` } },
      status: { conditions: [{ type: 'Available', status, message: 'no endpoints' }] },
    });
    const well = [members, checkout, keda('2.20.1'), child('uid-shop/checkout'), service('keda', 'True')];

    it('find nothing where all is well', async () => {
      expect(await check(well, { also })).toEqual({ exit: 0, lines: [] });
    });

    it.each<[code: string, level: string, says: string, objects: readonly KubeObject[]]>([
      [
        'WW4001',
        'warning',
        'KEDA on the hub is 2.18.3, older than 2.19',
        [...well.toSpliced(2, 1), keda('2.18.3')],
      ],
      ['WW4002', 'error', 'the hub does not serve external metrics, though it has KEDA', well.slice(0, 4)],
      [
        'WW4002',
        'error',
        'external metrics are not available',
        [...well.slice(0, 4), service('keda', 'False')],
      ],
      [
        'WW4002',
        'error',
        'external metrics are served by datadog/datadog-metrics-apiserver, not by KEDA',
        [...well.slice(0, 4), service('datadog', 'True')],
      ],
      [
        'WW4003',
        'error',
        'the ScaledObject of the same name is not that of dso/shop/checkout',
        [...well.toSpliced(3, 1), child('of-somebody-else')],
      ],
      [
        'WW4007',
        'error',
        "scaled on the hub as well: dso/shop/checkout by ScaledObject 'own'",
        [...well.toSpliced(1, 1), onHub, own],
      ],
      ['WW4003', 'warning', 'there is no ScaledObject for dso/shop/checkout', well.toSpliced(3, 1)],
    ])('%s %s: %s', async (code, level, says, objects) => {
      const { exit, lines } = await check(objects, { also });
      expect(lines).toEqual([`${code} ${level} prod-hub: ${says}`]);
      expect(exit).toBe(level === 'error' ? 1 : 0);
    });

    it('WW4012 error: names that KEDA cannot write into a label', async () => {
      const name = `shop/${'a'.repeat(64)}`;
      const { lines } = await check([...well, scaledObject(name)], { also });
      expect(lines).toContain(`WW4012 error prod-hub: longer than 63 characters: dso/${name}`);
    });
  });
});
