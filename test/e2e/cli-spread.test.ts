import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  CommandLine,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  startSpreading,
} from '../fleet/index.ts';

const place = ['-n', fleetNamespace];

let fleet: Fleet;
let nginx: Distributed;
let shell: CommandLine;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: [{}, {}] });
  nginx = new Distributed(fleet);
  shell = new CommandLine({ kubeconfig: fleet.bed.hub.kubeconfig, home: fleet.bed.directory });
  await startSpreading(fleet);
  await Promise.all(
    fleet.spokes.map(async ({ client, cluster }, index) => {
      await fleet.put(resources.deployments, deployment(1), client);
      const add = [
        'members',
        'add',
        `member-${index + 1}`,
        ...place,
        '--member-kubeconfig',
        cluster.kubeconfig,
      ];
      const { exit, stderr } = await shell.wheelwright(...add);
      if (exit !== 0) throw new Error(stderr);
    }),
  );
  const metadata = { namespace: 'default', name: 'mock-metric' };
  await fleet.put(resources.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { 'metric-value': '0' },
  });
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  await nginx.waitForStatus('both take part', ({ membersHealthyCount }) => membersHealthyCount === 2);
  await nginx.scale(6);
  await nginx.waitForSplit([3, 3]);
  await nginx.waitForStatus('6/6', ({ print }) => print?.totalReplicas === '6/6');
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** What a command tells programs of the object, without a word to people. */
async function told(command: 'explain' | 'plan'): Promise<unknown> {
  const object = ['dso/nginx', '-n', 'default', '-o', 'json'];
  const { exit, stdout, stderr } = await shell.wheelwright(command, ...object);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('a workload that is spread over members set up by the command line', () => {
  test('is in the status of the fleet, and by itself', async () => {
    const whole = await shell.wheelwright('status');
    expect(whole.stdout).toContain('Members   2: 2 Ready\n');
    expect(whole.stdout).toMatch(/^member-1 {2}Ready {2}kubeconfig {2}1 {8}3\/3 {7}-$/m);
    expect(whole.stdout).toMatch(/^default\/nginx {2}Ready {2}6\/6 {7}2\/2 /m);
    const { exit, stdout } = await shell.wheelwright('status', 'dso/nginx', '-n', 'default', '-o', 'json');
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ObjectStatus',
      object: 'dso/default/nginx',
      scaledObject: { state: 'Ready', total: 6, current: 6, healthyMembers: 2 },
    });
    const tree = await shell.wheelwright('tree', 'dso/nginx', '-n', 'default', '--on', 'member-2');
    expect(tree.exit).toBe(0);
    expect(tree.stdout).toMatch(/^dso\/default\/nginx +Ready +6\/6 /);
    expect(tree.stdout).toMatch(/^└─ member\/member-2 +Ready +3\/3 /m);
    expect(tree.stdout).not.toContain('member-1');
  });

  test('is listed, by its labels, and by whoever may read it', async () => {
    const members = await shell.wheelwright('get', 'members');
    expect(members.stdout).toMatch(/^member-1 {2}Ready {2}kubeconfig {2}1 {8}3\/3 {7}-$/m);
    const get = (...flags: readonly string[]) =>
      shell.wheelwright('get', 'dso', '-n', 'default', '-o', 'name', ...flags);
    const there = { exit: 0, stdout: 'dso/default/nginx\n' };
    expect(await get()).toMatchObject(there);
    expect(await get('-l', '!tier')).toMatchObject(there);
    expect(await get('-l', 'tier in (web)')).toMatchObject({ exit: 0, stdout: '' });
    const nobody = await get('--as', 'nobody', '--as-group', 'devs');
    expect(nobody).toMatchObject({ exit: 3, stdout: '' });
    expect(nobody.stderr).toContain('User "nobody" cannot list resource "distributedscaledobjects"');
    expect(await get('--as', 'nobody', '--as-group', 'devs', '--as-group', 'system:masters')).toMatchObject(
      there,
    );
    const unknown = await get('--cluster', 'nope');
    expect(unknown.exit).toBe(2);
    expect(unknown.stderr).toMatch(/clusters must contain 'nope', because it was asked for; it has '/);
  });

  test('is explained member by member', async () => {
    const explained = { state: 'Ready', weight: 1, share: 3, want: 3, have: 3, why: 'its share by weight 1' };
    expect(await told('explain')).toMatchObject({
      kind: 'Explanation',
      total: 6,
      members: [
        { member: 'member-1', ...explained },
        { member: 'member-2', ...explained },
      ],
      findings: [],
    });
  });

  test('is planned without a write', async () => {
    const settled = { state: 'Ready', now: 3, next: 3, isWritten: false };
    expect(await told('plan')).toMatchObject({
      kind: 'Plan',
      counted: 6,
      nextCounted: 6,
      members: [
        { member: 'member-1', ...settled },
        { member: 'member-2', ...settled },
      ],
    });
  });

  test('is checked, and nothing is found but the short patience of the tests', async () => {
    const { exit, stdout } = await shell.wheelwright('check', '--only', 'WW40xx');
    expect(stdout).toContain('ok   WW4013  2 members are reached');
    expect(stdout).toContain('WW4009  a grace period is shorter than 15s: dso/default/nginx (3s)');
    expect(stdout).toContain('WW4011  everything that triggers name is there');
    expect(stdout).toContain('0 failed, 1 warning, 13 ok, 0 skipped');
    expect(exit).toBe(0);
  });

  test('has members that are checked where they are', async () => {
    const { exit, stdout } = await shell.wheelwright('check', '--on', 'member-1', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      counts: { failed: 0, skipped: 0 },
      sections: [
        {
          scope: 'member',
          subject: 'member/member-1',
          findings: ['05', '06', '07', '08', '13', '15', '20', '21', '22'].map((end) => ({
            code: `WW20${end}`,
          })),
        },
      ],
    });
    expect(stdout).toContain(
      `system:serviceaccount:${fleetNamespace}:kedify-agent may do all that scaling takes`,
    );
    expect(exit).toBe(0);
  });

  test('has a member without rights, which a check names', async () => {
    const { client } = fleet.spoke(1);
    const role = await client.get(resources.clusterRoles, { name: 'kedify-agent' });
    const rules = role['rules'] as readonly { readonly resources: readonly string[] }[];
    const set = (some: typeof rules) =>
      client.patch(resources.clusterRoles, { name: 'kedify-agent' }, 'merge', { rules: some });
    await set(rules.filter((rule) => !rule.resources.includes('jobs')));
    const { stdout } = await waitFor('the right is seen to be missing', async () => {
      const answer = await shell.wheelwright('check', '--on', 'member-2', '--only', 'WW2021');
      return answer.exit === 1 ? answer : undefined;
    });
    await set(rules);
    expect(stdout).toContain(
      '{apiGroups: ["batch"], resources: ["jobs"], verbs: [get, list, watch, create, update, patch, delete]}',
    );
  });

  test('moves away from a member that is drained, and back', async () => {
    const drained = await shell.wheelwright('drain', 'member-1', ...place, '--wait', '60s');
    expect(drained).toMatchObject({ exit: 0, stdout: 'member/member-1 drained\n' });
    expect(await nginx.split()).toEqual([0, 6]);
    const { stdout } = await shell.wheelwright('status', 'member/member-1');
    expect(stdout).toContain('Member member-1: Drained');
    expect((await shell.wheelwright('uncordon', 'member-1', ...place)).exit).toBe(0);
    await nginx.waitForSplit([3, 3]);
    await waitFor('nobody is drained', async () => {
      const { stdout: list } = await shell.wheelwright('members', 'list', ...place, '-o', 'wide');
      return !list.includes('It is drained.');
    });
  });

  test('has moved away from a member when that is removed with a drain', async () => {
    const removed = await shell.wheelwright('members', 'remove', 'member-2', ...place, '--drain', '--yes');
    expect(removed).toMatchObject({ exit: 0, stdout: 'member/member-2 removed\n' });
    const { client, cluster } = fleet.spoke(1);
    const left = await client.get(resources.deployments, deployment(1).metadata);
    expect(left['spec']).toMatchObject({ replicas: 0 });
    const back = ['members', 'add', 'member-2', ...place, '--member-kubeconfig', cluster.kubeconfig];
    expect((await shell.wheelwright(...back)).exit).toBe(0);
    await nginx.waitForSplit([3, 3]);
    await nginx.waitForStatus('6/6', ({ print }) => print?.totalReplicas === '6/6');
  });

  test('is left to itself on a member that is removed, and the others take over', async () => {
    const asked = await shell.wheelwright('members', 'remove', 'member-2', ...place);
    expect(asked.exit).toBe(5);
    expect(asked.stderr).toMatch(/ \d replicas of 1 object run there\. Go on\?/);
    expect(await shell.wheelwright('members', 'remove', 'member-2', ...place, '--yes')).toMatchObject({
      exit: 0,
      stdout: 'member/member-2 removed\n',
    });
    await nginx.waitForStatus('one member', ({ membersTotalCount }) => membersTotalCount === 1);
    await nginx.waitForSplit([6]);
    await waitFor('no more word of member-2', async () => {
      const { stdout } = await shell.wheelwright('members', 'list', ...place);
      return !stdout.includes('member-2');
    });
  });

  test('stays where nobody can take over, and draining says so', async () => {
    const drain = ['drain', 'member-1', ...place, '--wait', '3s'];
    const refused = await shell.wheelwright(...drain);
    expect(refused).toMatchObject({ exit: 5, stdout: '' });
    expect(refused.stderr).toContain('No other member than member-1 can serve dso/default/nginx now.');
    const remove = ['members', 'remove', 'member-1', ...place, '--drain', '--yes'];
    expect(await shell.wheelwright(...remove)).toMatchObject({ exit: 5, stdout: '' });
    const stuck = await shell.wheelwright(...drain, '--confirm=member-1');
    expect(stuck).toMatchObject({ exit: 124, stdout: '' });
    expect(stuck.stderr).toContain(
      'Not everything has moved away from member-1 within 3s: dso/default/nginx (6)',
    );
    expect(stuck.stderr).toContain('member-1 stays drained');
    expect((await nginx.split())[0]).toBe(6);
  });
});
