import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  AuditLog,
  conditionOf,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  metricValue,
  registerMembers,
  rowOf,
  type RunningOperator,
  startSpreading,
} from '../fleet/index.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let fleet: Fleet;
let audit: AuditLog;
let nginx: Distributed;
let operator: RunningOperator;

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    profiles: false,
    spokes: [{ flags: { 'kube-apiserver': audit.flags } }, {}, {}],
  });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
  operator = await startSpreading(fleet);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

describe('an object without a list of members', () => {
  beforeAll(async () => {
    await Promise.all(
      fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(1), client)),
    );
    await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  });

  test('begins with what its members run', async () => {
    const status = await nginx.waitForStatus('3/3', ({ print }) => print?.totalReplicas === '3/3');
    expect((await nginx.object())['spec']).toMatchObject({ totalTargetReplicas: 3 });
    expect(status).toMatchObject({
      membersHealthyCount: 3,
      membersTotalCount: 3,
      totalCurrentReplicas: 3,
      print: { membersCount: '3/3' },
    });
    expect(conditionOf(await nginx.object(), 'Ready')).toMatchObject({
      status: 'True',
      reason: 'AllMembersReady',
    });
  });

  test('spreads a total evenly, and follows it', async () => {
    await nginx.scale(4);
    await nginx.waitForSplit([2, 1, 1]);
    await nginx.scale(10);
    await nginx.waitForSplit([4, 3, 3]);
    const status = await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10');
    expect(status.totalCurrentReplicas).toBe(10);
  });

  test('can be played from how it is now, which changes nothing', async () => {
    const before = await nginx.object();
    const names = Object.keys((await nginx.status()).memberClusterStatuses ?? {});
    const args = ['simulate', 'dso/nginx', '-n', 'default', '--down', `${names[0]}@10s`, '--for', '1m'];
    const { stdout } = await run(process.execPath, [program, ...args, '-o', 'json'], {
      env: { PATH: process.env['PATH'], KUBECONFIG: fleet.bed.hub.kubeconfig },
    });
    const { object, changes } = JSON.parse(stdout) as {
      readonly object: string;
      readonly changes: readonly Readonly<Record<string, unknown>>[];
    };
    expect(object).toBe('default/nginx');
    const told = (after: (seconds: unknown) => boolean) =>
      changes.filter(({ afterSeconds }) => after(afterSeconds)).map(({ member, want }) => [member, want]);
    expect(told((seconds) => seconds === null)).toEqual(
      names.map((name, index) => [name, index === 0 ? 4 : 3]),
    );
    expect(new Map(told((seconds) => Number(seconds) > 10) as [string, number][])).toEqual(
      new Map(names.map((name, index) => [name, index === 0 ? 0 : 5])),
    );
    expect((await nginx.object())['spec']).toEqual(before['spec']);
  });
});

describe('a number', () => {
  // Once a workload was asked for nothing through `/scale`, API servers tell nobody who writes there.
  test('that another hub writes is told of at once', async () => {
    const options = { subresource: 'scale', fieldManager: 'wheelwright/another-hub' } as const;
    const { client } = fleet.spoke(2);
    await client.patch(resources.deployments, nginx.workload, 'merge', { spec: { replicas: 5 } }, options);
    const [note] = await nginx.waitForEvent('ForeignScaler');
    expect(note).toBe('member-3: wheelwright/another-hub, which is another hub, scales the same workload');
    await nginx.waitForSplit([4, 3, 3]);
  });
});

describe('adoption', () => {
  test('never asks a member for nothing', async () => {
    const asked = (await audit.scalesSince(0)).map(({ replicas }) => replicas);
    // A write whose answer does not come in time is made again.
    expect(asked.filter((replicas, index) => replicas !== asked[index - 1])).toEqual([2, 4]);
  });
});

describe('a list of members', () => {
  test('moves replicas by weight, and empties who is not listed only when the others are ready', async () => {
    const listed = {
      memberClusters: [
        { name: 'member-1', weight: 3 },
        { name: 'kubeconfig#member-2', weight: 1 },
      ],
    };
    await nginx.patch({ spec: listed });
    let least = 10;
    await waitFor('member-3 is empty', async (saw) => {
      const [split, ready] = await Promise.all([nginx.split(), nginx.ready()]);
      least = Math.min(least, ready);
      saw(`${split.join('/')} ${ready} ready`);
      return split[2] === 0;
    });
    expect(least).toBe(10);
    const split = await nginx.split();
    expect((split[0] ?? 0) + (split[1] ?? 0)).toBe(10);
    expect([7, 8]).toContain(split[0]);
    const status = await nginx.waitForStatus(
      'member-3 has no row',
      ({ memberClusterStatuses: rows = {} }) => rows['member-3'] === undefined,
    );
    expect(Object.keys(status.memberClusterStatuses ?? {}).toSorted()).toEqual([
      'kubeconfig#member-2',
      'member-1',
    ]);
    expect(rowOf(status, 'kubeconfig#member-2')).toMatchObject({
      id: 'member-2',
      provider: 'kubeconfig',
      state: 'Ready',
    });
  });

  test('may name one that nobody knows', async () => {
    const members = [
      { name: 'member-1', weight: 1 },
      { name: 'member-2', weight: 1 },
      { name: 'membr-3', weight: 1 },
    ];
    await nginx.patch({ spec: { memberClusters: members } });
    await nginx.waitForSplit([5, 5, 0]);
    const status = await nginx.waitForStatus('2/3', ({ print }) => print?.membersCount === '2/3');
    expect(rowOf(status, 'membr-3')).toMatchObject({
      state: 'NotReady',
      excluded: true,
      description: expect.stringContaining('not registered'),
    });
    expect(conditionOf(await nginx.object(), 'Ready')).toMatchObject({
      status: 'True',
      reason: 'MembersDegraded',
    });
  });

  test('is left again', async () => {
    await nginx.patch({ spec: { memberClusters: null } });
    expect(await nginx.waitForSplit([4, 3, 3], 60_000)).toEqual([4, 3, 3]);
  });
});

describe('a total', () => {
  test('is put back where kubectl replace took it', async () => {
    const { metadata } = await nginx.object();
    const { resourceVersion, annotations: _annotations, managedFields: _managed, ...kept } = metadata;
    const manifest = distributedObject();
    await fleet.hub.update(resources.distributedScaledObjects, {
      ...manifest,
      metadata: { ...kept, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    });
    await waitFor('the total is back', async () => {
      const { spec } = (await nginx.object()) as {
        readonly spec?: { readonly totalTargetReplicas?: number };
      };
      return spec?.totalTargetReplicas === 10;
    });
    expect(await nginx.split()).toEqual([4, 3, 3]);
    await nginx.waitForEvent('TargetReplicasOverwritten');
  });

  test('of zero empties everybody, and one comes back to one member', async () => {
    await nginx.scale(0);
    await nginx.waitForSplit([0, 0, 0]);
    await nginx.waitForStatus('0/0', ({ print }) => print?.totalReplicas === '0/0');
    await nginx.scale(1);
    expect(await nginx.waitForSplit([1, 0, 0])).toEqual([1, 0, 0]);
    await nginx.scale(10);
    expect(await nginx.waitForSplit([4, 3, 3])).toEqual([4, 3, 3]);
  });
});

describe('contention', () => {
  test('with somebody on a member who undoes again and again is left alone', async () => {
    const { client } = fleet.spoke(1);
    for (let undone = 0; undone < 3; undone++) {
      await nginx.waitForSplit([4, 3, 3]);
      await client.patch(
        resources.deployments,
        nginx.workload,
        'merge',
        { spec: { replicas: 1 } },
        { fieldManager: 'argocd' },
      );
    }
    const status = await nginx.waitForStatus(
      'member-2 is contended',
      (status) => rowOf(status, 'member-2')?.description.includes('contended by argocd') === true,
    );
    expect(rowOf(status, 'member-2')?.state).toBe('Ready');
    await nginx.waitForEvent('ScaleContention');
  });
});

describe('metrics', () => {
  test('have the names of Kedify, and end with the object', async () => {
    const labels = { namespace: 'default', name: 'nginx' };
    const name = 'kube_kedify_distributedscaledobject_spec_total_target_replicas';
    expect(await metricValue(operator.metricsUrl, name, labels)).toBe(10);
    const healthy = 'kube_kedify_distributedscaledobject_status_members_healthy_count';
    expect(await metricValue(operator.metricsUrl, healthy, labels)).toBe(3);
    await fleet.hub.delete(resources.distributedScaledObjects, nginx.name);
    await waitFor(
      'the metrics are gone',
      async () => (await metricValue(operator.metricsUrl, name, labels)) === 0,
    );
    const split = await nginx.split();
    expect([split[0], split[2]]).toEqual([4, 3]);
  });
});
