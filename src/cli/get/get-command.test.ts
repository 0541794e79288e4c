import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError } from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { run } from '../run.ts';
import { fakeHub, type FakeHubOptions } from '../testing/fake-hub.ts';
import { clusterProfile, installation, lease, notReady } from '../testing/objects.ts';
import { kedifyConfiguration, reached, scaledObject } from '../testing/scaling-objects.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { getCommand } from './get-command.ts';

function labelled(object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels } };
}

const fleet: readonly KubeObject[] = [
  lease('serving'),
  labelled(clusterProfile('fleet/eu-1', { kubernetes: 'v1.36.0' }), { region: 'eu' }),
  clusterProfile('fleet/us-1'),
  installation('knative-serving/kn-eu-1', { on: 'fleet/eu-1', version: '1.22.1' }),
  installation('knative-serving/kn-us-1', {
    on: 'fleet/us-1',
    wanted: '1.22.1',
    version: '1.21.2',
    conditions: notReady('DeploymentsAvailable', {
      reason: 'NotReady',
      message: 'Waiting on deployments: activator. WW3004',
    }),
  }),
  kedifyConfiguration({
    'ap-1': reached('ap-1', { state: 'NotReady', info: 'The API server cannot be reached.' }),
    'eu-1': reached('eu-1'),
  }),
  labelled(scaledObject('shop/checkout', { total: 5, rows: [{ member: 'eu-1', desired: 5 }] }), {
    tier: 'web',
  }),
  scaledObject('shop/cart', { total: 2, rows: [{ member: 'eu-1', desired: 2 }] }),
  scaledObject('other/search', { total: 1, rows: [{ member: 'eu-1', desired: 1 }] }),
];

async function get(line: string, hub: FakeHubOptions = { objects: fleet }, host: TestHostOptions = {}) {
  const services = fakeHub(hub, { namespace: 'shop' });
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'get' ? { ...entry, load: async () => getCommand(services) } : entry,
  );
  const process = testHost(host);
  const exit = await run(['get', ...line.split(' ')], process, entries);
  expect(services.closed()).toBe(true);
  return { exit, ...process.written };
}

describe('a list', () => {
  it.each<[file: string, line: string, host: TestHostOptions]>([
    ['members', 'members', {}],
    ['members-wide', 'members -o wide', {}],
    ['members-accessible', 'members --accessible', {}],
    ['members-name', 'members -o name', {}],
    ['members-json', 'members -o json', {}],
    ['clusters', 'clusters', {}],
    ['serving', 'serving -A', {}],
    ['dso', 'dso', {}],
    ['dso-terminal', 'dso -A --color never', { terminal: 60 }],
    ['dso-yaml', 'dso/checkout -o yaml', {}],
  ])('looks like golden/get-%s.txt', async (file, line, host) => {
    const { exit, stdout, stderr } = await get(line, { objects: fleet }, host);
    await expect(stdout).toMatchFileSnapshot(`../golden/get-${file}.txt`);
    expect(exit).toBe(0);
    expect(stderr).toBe(
      file === 'dso-terminal'
        ? 'Left out for want of room: MEMBERS, ACTIVE. Widen the terminal, or use -o json.\n'
        : '',
    );
  });

  it.each([
    ['dso', ['dso/shop/cart', 'dso/shop/checkout']],
    ['DSO -n other', ['dso/other/search']],
    ['distributedscaledobjects -A', ['dso/other/search', 'dso/shop/cart', 'dso/shop/checkout']],
    ['dso checkout cart', ['dso/shop/cart', 'dso/shop/checkout']],
    ['dso other/search', ['dso/other/search']],
    ['dso/other/search', ['dso/other/search']],
    ['dso -l tier=web', ['dso/shop/checkout']],
    ['clusters -l region=eu', ['cluster/fleet/eu-1']],
    ['clusters eu-1', ['cluster/fleet/eu-1']],
    ['member ap-1', ['member/ap-1']],
    ['clusters -n shop', []],
    ['eventing', []],
  ])('%s is of %j', async (line, names) => {
    const { exit, stdout } = await get(`${line} -o name`);
    expect({ exit, names: stdout.split('\n').filter((name) => name !== '') }).toEqual({ exit: 0, names });
  });

  it('that is empty says so, and is no failure', async () => {
    expect(await get('eventing -A')).toMatchObject({
      exit: 0,
      stdout: '',
      stderr: 'There is no eventing on this hub.\n',
    });
    expect((await get('dso -n else')).stderr).toBe('There is no dso in namespace else.\n');
    expect((await get('dso -l tier=none')).stderr).toBe(
      'There is no dso in namespace shop with these labels.\n',
    );
  });

  it('of what may not be read, or is not served, is no empty list', async () => {
    const forbidden = await get('dso', {
      objects: fleet,
      fails: (call) =>
        call.resource.startsWith('distributedscaledobjects')
          ? new ForbiddenError(call, { message: 'User "jane" cannot list them' })
          : undefined,
    });
    expect(forbidden).toMatchObject({ exit: 3, stdout: '' });
    expect(forbidden.stderr).toContain('User "jane" cannot list them');
    const missing = await get('clusters', { objects: fleet, without: ['ClusterProfile'] });
    expect(missing).toMatchObject({ exit: 1, stdout: '' });
    expect(missing.stderr).toContain('install the Cluster Inventory API');
  });

  it('is told to be partial where its rows tell of what cannot be read', async () => {
    const { exit, stdout, stderr } = await get('members -o name', {
      objects: fleet,
      fails: (call) =>
        ['leases', 'clusterprofiles', 'knative', 'distributed'].some((word) => call.resource.startsWith(word))
          ? new ForbiddenError(call, { message: 'no' })
          : undefined,
    });
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: 'member/ap-1\nmember/eu-1\n' });
    expect(stderr).toBe('! DistributedScaledObjects could not be read: no\n');
  });

  it.each([
    ['dsj', 2, "The type of 'dsj' must be 'cluster', 'serving', 'eventing', 'member' or 'dso'"],
    ['dso nope', 1, 'There is no dso/shop/nope on this hub.'],
    ['dso nope', 1, 'name one of dso/other/search, dso/shop/cart, dso/shop/checkout'],
    ['dso cart -l tier=web', 2, '--selector must not go with the name of an object.'],
    ['members -l tier=web', 2, '--selector must not go with members, which have no labels.'],
    ['dso -o csv', 2, "must be 'table', 'wide', 'json', 'yaml' or 'name', not 'csv'"],
  ])('of %s is refused', async (line, exit, says) => {
    const refused = await get(line).catch((error: unknown) => error as never);
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(refused.stderr).toContain(says);
  });
});
