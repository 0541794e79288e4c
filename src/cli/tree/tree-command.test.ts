import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError } from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { treeCommand } from './tree-command.ts';

const also = [
  { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects', namespaced: true },
];
const scaleTargetRef = { kind: 'DistributedScaledObject', name: 'checkout' };

function ownedBy(uid: string): Pick<KubeObject['metadata'], 'ownerReferences'> {
  return { ownerReferences: [{ apiVersion: 'v1', kind: 'Owner', name: 'owner', uid }] };
}

function child(name: string, owner?: string, status = 'True'): KubeObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace: 'shop', name, uid: `uid-${name}`, ...(owner === undefined ? {} : ownedBy(owner)) },
    spec: { scaleTargetRef },
    status: { conditions: [{ type: 'Ready', status, message: 'Triggers failed.' }] },
  };
}

function autoscaler(name: string, condition: object, owner?: string): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace: 'shop', name, ...(owner === undefined ? {} : ownedBy(owner)) },
    spec: { scaleTargetRef },
    status: {
      currentReplicas: 8,
      desiredReplicas: 9,
      conditions: [{ type: 'ScalingActive', ...condition }],
    },
  };
}

const active = { status: 'True', reason: 'ValidMetricFound' };
const fleet: readonly KubeObject[] = [
  kedifyConfiguration({ 'ap-1': reached('ap-1'), 'eu-1': reached('eu-1'), 'us-2': reached('us-2') }),
  scaledObject('shop/checkout', {
    total: 9,
    rows: [
      {
        member: 'ap-1',
        desired: 3,
        current: 3,
        state: 'NotReady',
        description: 'Timeout: 3 count as running',
      },
      { member: 'eu-1', desired: 3 },
      { member: 'us-2', desired: 3, current: 2, description: 'Cluster is healthy: 1 is starting' },
    ],
  }),
  child('checkout', 'uid-shop/checkout'),
  autoscaler('keda-hpa-checkout', active, 'uid-checkout'),
  { ...child('other', 'uid-other'), spec: { scaleTargetRef: { name: 'web' } } },
];

async function tree(
  line: string,
  hub: FakeHubOptions = { objects: fleet, also },
  host: TestHostOptions = {},
) {
  const services = fakeHub(hub, { namespace: 'shop' });
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'tree' ? { ...entry, load: async () => treeCommand(services) } : entry,
  );
  const process = testHost(host);
  const exit = await run(['tree', ...line.split(' ')], process, entries);
  expect(services.closed()).toBe(true);
  return { exit, ...process.written };
}

describe('a tree', () => {
  it.each<[file: string, line: string, host: TestHostOptions]>([
    ['table', 'dso/checkout', {}],
    ['not-ready', 'dso/checkout --not-ready', {}],
    ['on', 'dso/shop/checkout --on eu-1', {}],
    ['ascii', 'dso/checkout --ascii', {}],
    ['accessible', 'dso/checkout --accessible', {}],
    ['terminal', 'dso/checkout --color never', { terminal: 80 }],
    ['json', 'dso/checkout --not-ready -o json', {}],
  ])('looks like golden/tree-%s.txt', async (file, line, host) => {
    const { exit, stdout, stderr } = await tree(line, { objects: fleet, also }, host);
    await expect(stdout).toMatchFileSnapshot(`../golden/tree-${file}.txt`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it.each([
    ['a ScaledObject that somebody else made', child('foreign'), 'ScaledObject/foreign', 'Foreign'],
    ['one that fails', child('failing', 'uid-shop/checkout', 'False'), 'ScaledObject/failing', 'NotReady'],
    ['an autoscaler of somebody', autoscaler('own', active), 'HorizontalPodAutoscaler/own', 'Ready'],
    [
      'one that cannot measure',
      autoscaler('blind', { status: 'False', reason: 'FailedGetExternalMetric' }),
      'HorizontalPodAutoscaler/blind',
      'NotReady',
    ],
    [
      'one that has nothing to do',
      autoscaler('idle', { status: 'False', reason: 'ScalingDisabled' }),
      'HorizontalPodAutoscaler/idle',
      'Idle',
    ],
  ])('has %s', async (_, object, name, state) => {
    const { stdout } = await tree('dso/checkout', { objects: [...fleet, object], also });
    expect(stdout).toMatch(new RegExp(`^[├└]─ ${name} +${state} `, 'm'));
  });

  it('needs neither KEDA nor an autoscaler', async () => {
    const { exit, stdout } = await tree('dso/checkout', { objects: fleet.slice(0, 2) });
    expect(exit).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      'dso/shop/checkout',
      '├─ member/ap-1',
      '├─ member/eu-1',
      '└─ member/us-2',
      '',
    ]);
  });

  it('goes without what may not be read, and says so', async () => {
    const { exit, stdout, stderr } = await tree('dso/checkout', {
      objects: fleet,
      also,
      fails: (call) =>
        call.resource.startsWith('horizontal') ? new ForbiddenError(call, { message: 'no' }) : undefined,
    });
    expect(exit).toBe(4);
    expect(stdout).toContain('member/eu-1');
    expect(stderr).toContain('! What scales it could not be read: ');
  });

  it.each([
    ['dso/nope', 1, 'There is no dso/shop/nope on this hub.'],
    ['dso/checkout --on nope', 2, "--on must be 'ap-1', 'eu-1' or 'us-2', not 'nope'."],
    ['serving/knative', 2, "'serving/knative' must be dso/NAME"],
  ])('of %s is refused', async (line, exit, says) => {
    const refused = await tree(line);
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(refused.stderr).toContain(says);
  });
});
