import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError } from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { ago, clusterProfile, event, installation, lease } from '../testing/objects.ts';
import { kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { statusCommand } from './status-command.ts';

const checkout = scaledObject('shop/checkout', {
  total: 9,
  rows: [
    { member: 'eu-1', desired: 5 },
    { member: 'us-2', desired: 4, current: 3 },
  ],
});
/** Members and objects of most kinds there are. */
const fleet: readonly KubeObject[] = [
  lease('serving'),
  lease('eventing'),
  kedifyConfiguration(
    {
      'ap-1': reached('ap-1', {
        state: 'NotReady',
        info: 'The API server cannot be reached (Timeout: connect ETIMEDOUT 10.4.0.1:6443).',
      }),
      'eu-1': reached('eu-1'),
      'us-2': reached('us-2', { info: 'The cluster answers. It is drained.' }),
      'us-3': reached('/etc/mc/us-3+kedify-agent@us-3', { provider: 'file' }),
      'zz-1': { id: 'zz-1', provider: 'kubeconfig' },
    },
    { 'drain.wheelwright.dev/us-3': 'true' },
  ),
  checkout,
  scaledObject('shop/cart', {
    total: 4,
    rows: [
      { member: 'eu-1', desired: 2 },
      { member: 'ap-1', desired: 2, state: 'NotReady', description: 'Timeout: 2 count as running' },
    ],
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'MembersDegraded',
        message: 'ap-1 does not answer.',
        lastTransitionTime: ago(30),
      },
    ],
  }),
  scaledObject('shop/search', {
    total: 3,
    rows: [{ member: 'eu-1', state: 'NotReady', description: 'Deployment shop/search does not exist' }],
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: 'NoHealthyMembers',
        message: 'No member has the workload.',
        lastTransitionTime: ago(90),
      },
    ],
  }),
  scaledObject('shop/new', { conditions: [] }),
  event(checkout, { reason: 'ReplicasRebalanced', note: 'eu-1 4 to 5', seconds: 90 }),
];

async function status(line: string, hub: FakeHubOptions = { objects: fleet }, host: TestHostOptions = {}) {
  const { open, clock } = fakeHub(hub);
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'status' ? { ...entry, load: async () => statusCommand({ open, clock }) } : entry,
  );
  const process = testHost(host);
  const exit = await run(['status', ...line.split(' ').filter((word) => word !== '')], process, entries);
  return { exit, ...process.written };
}

describe('the status of members and what is spread over them', () => {
  it.each<[file: string, line: string, host: TestHostOptions]>([
    ['table', '', {}],
    ['wide', '-o wide', {}],
    ['terminal', '--color never', { terminal: 100 }],
    ['accessible', '--accessible', {}],
    ['name', '-o name', {}],
    ['json', '-o json', {}],
    ['dso', 'dso/checkout -n shop', {}],
    ['dso-json', 'dso/shop/checkout -o json', {}],
    ['dso-accessible', 'dso/shop/cart --accessible', {}],
    ['member', 'member/ap-1', {}],
  ])('looks like golden/status-scaling-%s.txt', async (file, line, host) => {
    const { stdout } = await status(line, { objects: fleet }, host);
    await expect(stdout).toMatchFileSnapshot(`../golden/status-scaling-${file}.txt`);
  });

  it('leaves no escape in a pipe', async () => {
    const { stdout, stderr } = await status('-o wide');
    expect(stdout + stderr).not.toContain('\u001B');
  });

  it('is that of objects with the labels that are asked for, and of what they are on', async () => {
    const labelled = (object: KubeObject): KubeObject => ({
      ...object,
      metadata: { ...object.metadata, labels: { tier: 'web' } },
    });
    const objects = [
      ...fleet.filter(({ metadata }) => metadata.name !== 'cart'),
      ...fleet.filter(({ metadata }) => metadata.name === 'cart').map(labelled),
      ...['eu-1', 'us-1'].map((name) => clusterProfile(`fleet/${name}`)),
      labelled(installation('knative-serving/kn-eu-1', { on: 'fleet/eu-1', version: '1.22.1' })),
      installation('knative-serving/kn-us-1', { on: 'fleet/us-1', version: '1.22.1' }),
    ];
    const { stdout } = await status('-l tier=web -o name', { objects });
    expect(stdout.split('\n')).toEqual([
      'cluster/fleet/eu-1',
      'serving/knative-serving/kn-eu-1',
      'member/ap-1',
      'member/eu-1',
      'dso/shop/cart',
      '',
    ]);
    const elsewhere = await status('-l tier=web -n keda -o name', { objects });
    expect(elsewhere.stdout).toBe('');
    const both = await status('dso/cart -l tier=web', { objects });
    expect(both).toMatchObject({ exit: 2, stdout: '' });
    expect(both.stderr).toContain('--selector must not go with the name of an object.');
  });

  it('tells a member out of reach once, not once for each object', async () => {
    const { stdout, exit } = await status('');
    expect(exit).toBe(1);
    expect(stdout).toContain('✗ FAIL member/ap-1: ');
    expect(stdout).toContain('✗ FAIL dso/shop/search: ');
    expect(stdout).not.toContain('dso/shop/cart: ');
  });

  it.each([
    ['dso/shop/checkout', 0],
    ['dso/checkout', 0],
    ['distributedscaledobject/checkout', 0],
    ['DistributedScaledObject.keda.kedify.io/shop/search', 1],
    ['member/eu-1', 0],
    ['member/nope', 1],
    ['dso/nope', 1],
  ])('%s exits with %d', async (object, exit) => {
    expect((await status(object)).exit).toBe(exit);
  });

  it('keeps to a namespace, with the members that are used there', async () => {
    const { stdout } = await status('-n elsewhere -o name');
    expect(stdout).toBe('');
    expect((await status('-n shop -o name')).stdout.split('\n')).toContain('dso/shop/checkout');
  });

  it('marks what this user may not see', async () => {
    const { exit, stderr } = await status('', {
      objects: [lease('serving'), lease('eventing')],
      fails: (call) =>
        call.resource.startsWith('kedifyconfigurations') && call.verb === 'list'
          ? new ForbiddenError(call, { message: 'not for you' })
          : undefined,
    });
    expect(exit).toBe(4);
    expect(stderr).toBe('! KedifyConfigurations could not be read: not for you\n');
  });
});
