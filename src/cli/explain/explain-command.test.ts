import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { UnreachableError } from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { event } from '../testing/objects.ts';
import { handedOverObject, kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { testHost } from '../testing/test-host.ts';
import { explainCommand } from './explain-command.ts';

const checkout = handedOverObject();

const steady = scaledObject('shop/cart', {
  total: 5,
  members: [
    { name: 'eu-1', weight: 2 },
    { name: 'kubeconfig#us-2', weight: 3 },
  ],
  rows: [
    { member: 'eu-1', desired: 2 },
    { member: 'kubeconfig#us-2', desired: 3 },
  ],
});

const fleet: readonly KubeObject[] = [
  kedifyConfiguration({ 'eu-1': reached('eu-1'), 'us-2': reached('us-2') }),
  checkout,
  event(checkout, { reason: 'MemberExcluded', note: 'us-2 is out of reach', seconds: 540, type: 'Warning' }),
];

async function explain(line: string, hub: FakeHubOptions = { objects: fleet }) {
  const services = fakeHub(hub, { namespace: 'shop' });
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'explain' ? { ...entry, load: async () => explainCommand(services) } : entry,
  );
  const host = testHost();
  const exit = await run(['explain', ...line.split(' ')], host, entries);
  expect(services.closed()).toBe(true);
  return { exit, ...host.written };
}

describe('an explanation', () => {
  it.each<[file: string, line: string, object: KubeObject]>([
    ['outage', 'dso/checkout', checkout],
    ['outage-json', 'dso/shop/checkout -o json', checkout],
    ['outage-accessible', 'dso/checkout --accessible', checkout],
    ['steady', 'dso/cart -n shop', steady],
  ])('looks like golden/explain-%s.txt', async (file, line, object) => {
    const { exit, stdout, stderr } = await explain(line, { objects: [...fleet, object] });
    await expect(stdout).toMatchFileSnapshot(`../golden/explain-${file}.txt`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it('counts weights, and tells of a member that is drained', async () => {
    const drained = kedifyConfiguration({
      'eu-1': reached('eu-1', { info: 'The cluster answers. It is drained.' }),
      'us-2': reached('us-2'),
    });
    const { stdout } = await explain('dso/cart -o json', { objects: [drained, steady] });
    const { members } = JSON.parse(stdout) as {
      readonly members: readonly {
        readonly member: string;
        readonly weight: number;
        readonly share: number;
      }[];
    };
    expect(members.map(({ member, weight, share }) => [member, weight, share])).toEqual([
      ['eu-1', 0, 0],
      ['kubeconfig#us-2', 3, 5],
    ]);
  });

  it('tells that nothing moves while that is paused', async () => {
    const { metadata } = checkout;
    const annotations = { ...metadata.annotations, 'keda.kedify.io/paused-rebalance': '' };
    const paused = { ...checkout, metadata: { ...metadata, annotations } };
    const { stdout } = await explain('dso/checkout', { objects: [...fleet.slice(0, 1), paused] });
    expect(stdout).toContain('; nothing moves because of an outage\n');
  });

  it('goes without events and members that cannot be read, and says so', async () => {
    const { exit, stdout, stderr } = await explain('dso/checkout', {
      objects: fleet,
      fails: (call) =>
        call.resource.startsWith('events') ? new UnreachableError(call, 'Reset', 'gone') : undefined,
    });
    expect(exit).toBe(0);
    expect(stdout).toContain('eu-1');
    expect(stderr).toContain('! Events could not be read: ');
  });

  it.each([
    ['dso/nope', 1, 'There is no dso/shop/nope on this hub.'],
    ['serving/knative', 2, "'serving/knative' must be dso/NAME"],
  ])('of %s is refused', async (line, exit, says) => {
    const refused = await explain(line).catch((error: unknown) => error as never);
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(refused.stderr).toContain(says);
  });
});
