import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  AuditLog,
  CountHistory,
  Distributed,
  Fleet,
  metricValue,
  type ReaderShell,
  rowOf,
  type RunningOperator,
} from '../fleet/index.ts';
import { lowestTotal } from '../support/lowest-total.ts';
import { openGuideShell } from './guide-shell.ts';
import { threeMembersGuide } from './guides.ts';

/**
 * The guide with three members, command by command but for those that make and delete clusters, with every time as it is
 * by default: KEDA polls each half minute, the autoscaler looks each quarter of one, members are waited for a minute.
 */
const patienceMs = 180_000;
const members = ['k3d-member-1', 'k3d-member-2', 'k3d-member-3'] as const;

let fleet: Fleet;
/** By member. */
let audits: readonly AuditLog[];
/** Of the second member. */
let audit: AuditLog;
let shell: ReaderShell;
let blocks: readonly string[];
let operator: RunningOperator;
let nginx: Distributed;
/** By member. */
let replicas: readonly CountHistory[];

beforeAll(async () => {
  audits = await Promise.all(members.map(() => AuditLog.create()));
  audit = audits[1]!;
  fleet = await Fleet.start({
    profiles: false,
    spokes: audits.map(({ flags }) => ({ flags: { 'kube-apiserver': flags } })),
    keda: true,
    hub: { controllers: ['kube-controller-manager'] },
  });
  blocks = await threeMembersGuide();
  shell = await openGuideShell(fleet, 'keda-cluster', []);
  await copyFile(fleet.bed.hub.kubeconfig, join(shell.directory, 'keda-cluster'));
  for (const [index, { cluster }] of fleet.spokes.entries()) {
    await copyFile(cluster.kubeconfig, join(shell.directory, `member-cluster-${index + 1}`));
    await shell.write(`server-${index + 1}`, cluster.server);
  }
  operator = await fleet.startOperator({
    providers: null,
    flags: ['--namespace=keda'],
    env: { DSO_ENABLED: 'true' },
  });
  nginx = new Distributed(fleet);
  replicas = await Promise.all(
    fleet.spokes.map(({ client }) =>
      CountHistory.start({
        client,
        resource: resources.deployments,
        name: nginx.workload,
        count: ({ spec }) => (spec as { readonly replicas?: number }).replicas,
      }),
    ),
  );
});

afterAll(async () => {
  await Promise.all(replicas.map((history) => history[Symbol.asyncDispose]()));
  await fleet[Symbol.asyncDispose]();
  await Promise.all(audits.map((each) => each[Symbol.asyncDispose]()));
});

/** The first block, or the one after so many others, that has these words; at its place in this directory. */
function block(words: string, after = 0): string {
  const found = blocks.filter((text) => text.includes(words))[after];
  if (found === undefined) throw new Error(`no block has '${words}'`);
  return found
    .replaceAll('/tmp/', `${shell.directory}/`)
    .replaceAll('https://host.k3d.internal:6550$i', `$(cat ${shell.directory}/server-$i)`);
}

function list(): Promise<string> {
  return shell.run(block('list-members'));
}

async function total(): Promise<number> {
  const { spec } = (await nginx.object()) as unknown as {
    readonly spec: { readonly totalTargetReplicas: number };
  };
  return spec.totalTargetReplicas;
}

test('nginx runs on three members, once each', async () => {
  await shell.run(block('create deployment'));
  await waitFor('all are ready', async () => (await nginx.ready()) === 3);
  const told = await shell.run(block('get deployments'));
  expect([...told.matchAll(/^nginx +(\S+) /gm)].map(([, count]) => count)).toEqual(['1/1', '1/1', '1/1']);
});

test('they are set up, each by a Secret of its own, and listed', async () => {
  await shell.run(block('setup-member'));
  for (const name of members) {
    const { data, metadata } = await fleet.hub.get(resources.secrets, { namespace: 'keda', name });
    expect(Object.keys(data as object)).toEqual(['kubeconfig']);
    expect(metadata.labels).toMatchObject({ 'sigs.k8s.io/multicluster-runtime-kubeconfig': 'true' });
  }
  expect(await list()).toBe(
    'CLUSTER       STATE\nk3d-member-1  Ready\nk3d-member-2  Ready\nk3d-member-3  Ready\n',
  );
});

test('20 makes 4 of 3, without anybody at zero on the way, and is described', async () => {
  for (const history of replicas) history.forget();
  await shell.run(block('metric-value: "20"'));
  await nginx.waitForSplit([2, 1, 1], patienceMs);
  expect(replicas.map(({ values }) => values)).toEqual([[1, 2], [1], [1]]);
  expect(await shell.run(block('get deployment nginx'))).toMatch(/^nginx +\d\/2 /m);
  const described = await waitFor(
    'all of it is described',
    async (saw) => {
      const text = await shell.run(block('describe'));
      saw(text);
      return /Total Replicas: +4\/4$/m.test(text) && /^Events:.*ScaledObjectCreated/ms.test(text) && text;
    },
    { timeoutMs: patienceMs },
  );
  expect(described).toMatch(/Members Count: +3\/3$/m);
  expect(described).toMatch(/Members Healthy Count: +3$/m);
  expect(described).toMatch(/Members Total Count: +3$/m);
  expect([...described.matchAll(/^ +(k3d-member-\d):$/gm)].map(([, member]) => member)).toEqual(members);
});

test('50 makes 10, and no member shrinks on the way', async () => {
  await shell.run(block('metric-value: "50"'));
  await nginx.waitForSplit([4, 3, 3], patienceMs);
  for (const { values } of replicas) expect(values).toEqual(values.toSorted((a, b) => a - b));
  await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10', patienceMs);
});

test('a member whose nginx is deleted is waited for, then the others serve all of it', async () => {
  const startedAt = Date.now();
  for (const history of replicas) history.forget();
  await shell.run(block('delete deployment'));
  const lost = await nginx.waitForStatus(
    'it is lost',
    (status) => rowOf(status, members[1])?.state === 'NotReady',
  );
  expect(rowOf(lost, members[1])).toMatchObject({ currentReplicas: 0, excluded: false });
  expect(rowOf(lost, members[1])?.description).toContain('not found');
  expect(lost).toMatchObject({
    membersHealthyCount: 2,
    print: { membersCount: '2/3' },
    totalCurrentReplicas: 10,
  });
  expect(await shell.run(block('describe', 1))).toMatch(/Description: .*not found/);
  expect(await nginx.split()).toEqual([4, undefined, 3]);
  await nginx.waitForSplit([5, undefined, 5], patienceMs);
  const excluded = await nginx.waitForStatus(
    'it is excluded',
    (status) => rowOf(status, members[1])?.excluded === true,
  );
  expect(excluded).toMatchObject({ totalCurrentReplicas: 10 });
  expect(replicas.map(({ values }) => values)).toEqual([
    [4, 5],
    [3, 0],
    [3, 5],
  ]);
  expect(await audit.writesSince(startedAt)).toEqual([]);
  await nginx.waitForStatus('the others serve', ({ print }) => print?.totalReplicas === '10/10', patienceMs);
});

test('it gets its share back, and never fewer than 10 serve', async () => {
  await waitFor('the others serve', async () => (await nginx.ready()) === 10, { timeoutMs: patienceMs });
  const startedAt = Date.now();
  await shell.run(block('create deployment', 1));
  await nginx.waitForSplit([4, 3, 3], 2 * patienceMs);
  await nginx.waitForStatus(
    'all are well',
    ({ print }) => print?.membersCount === '3/3' && print.totalReplicas === '10/10',
    patienceMs,
  );
  await waitFor('who gave has less', async () => (await nginx.ready()) === 10, { timeoutMs: patienceMs });
  const writes = await Promise.all(audits.map((each) => each.readySince(startedAt, nginx.workload)));
  expect(writes.map((each) => each.at(-1)?.count)).toEqual([4, 3, 3]);
  const before = [5, 0, 5];
  expect(lowestTotal(writes.map((each, index) => ({ before: before[index] ?? 0, writes: each })))).toBe(10);
  expect(await audit.scalesSince(0)).not.toContainEqual(expect.objectContaining({ replicas: 0 }));
});

test('a cluster that is deleted is waited for, then the others serve all of it, and nobody is told again and again', async () => {
  const lostAt = Date.now();
  const [linesBefore, bytesBefore] = [operator.process.log.length, await operator.process.residentBytes()];
  const busySeconds = (): Promise<number> => metricValue(operator.metricsUrl, 'process_cpu_seconds_total');
  const busyBefore = await busySeconds();
  await fleet.spoke(2).cluster.kill('kube-apiserver');
  await nginx.waitForSplit([5, 5, undefined], patienceMs);
  const status = await nginx.waitForStatus(
    'it is excluded, and the others serve',
    (status) =>
      rowOf(status, members[2])?.excluded === true &&
      members.slice(0, 2).every((member) => rowOf(status, member)?.currentReplicas === 5),
    patienceMs,
  );
  expect(status).toMatchObject({ membersHealthyCount: 2, print: { membersCount: '2/3' } });
  expect(rowOf(status, members[2])).toMatchObject({ state: 'NotReady' });
  expect(rowOf(status, members[2])?.description).toContain('cannot be reached');
  expect(await shell.run(block('describe', 2))).toMatch(/Description: .*cannot be reached/);
  const told = operator.process.log
    .slice(linesBefore)
    .filter((line) => JSON.stringify(line).includes(members[2]));
  const minutes = 1 + Math.ceil((Date.now() - lostAt) / 60_000);
  for (const { msg } of told)
    expect(told.filter((line) => line.msg === msg).length).toBeLessThanOrEqual(minutes);
  expect(told).not.toEqual([]);
  expect(await operator.process.residentBytes()).toBeLessThan(bytesBefore + 64 * 1024 * 1024);
  // Processor time, which a busy machine does not change much. Who asks again without a pause takes all there is.
  const seconds = (Date.now() - lostAt) / 1_000;
  expect(await busySeconds()).toBeLessThan(busyBefore + seconds / 4);
});

test('a member that is deleted has no row any more', async () => {
  await shell.run(block('delete-member'), 'y\n');
  await expect(fleet.hub.get(resources.secrets, { namespace: 'keda', name: members[2] })).rejects.toThrow(
    NotFoundError,
  );
  const status = await nginx.waitForStatus(
    'two rows',
    ({ print }) => print?.membersCount === '2/2',
    patienceMs,
  );
  expect(Object.keys(status.memberClusterStatuses ?? {})).toEqual(members.slice(0, 2));
  expect(status).toMatchObject({ membersHealthyCount: 2, membersTotalCount: 2 });
  expect(await shell.run('kubectl get dso nginx --no-headers')).toMatch(/^nginx +\d+\/10 +2\/2 /);
  expect(await list()).toBe('CLUSTER       STATE\nk3d-member-1  Ready\nk3d-member-2  Ready\n');
});

test('a list of members with weights moves replicas between them, and nothing else', async () => {
  const startedAt = Date.now();
  await shell.run(block('weight: 3'));
  await waitFor(
    '10 by the weights',
    async (saw) => {
      const [first = 0, second = 0] = await nginx.split();
      saw([first, second]);
      return first + second === 10 && [7, 8].includes(first);
    },
    { timeoutMs: patienceMs },
  );
  expect(await total()).toBe(10);
  const scale = 'patch /apis/apps/v1/namespaces/default/deployments/nginx/scale';
  expect(new Set(await audit.writesSince(startedAt))).toEqual(new Set([scale]));
});

test('the same again changes nothing', async () => {
  await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10', patienceMs);
  const startedAt = Date.now();
  const [before, split] = [await nginx.object(), await nginx.split()];
  for (let times = 0; times < 3; times++)
    expect(await shell.run(block('weight: 3'))).toBe(
      'distributedscaledobject.keda.kedify.io/nginx unchanged\n',
    );
  const after = await nginx.object();
  expect({ spec: after['spec'], generation: after.metadata.generation }).toEqual({
    spec: before['spec'],
    generation: before.metadata.generation,
  });
  expect(await nginx.split()).toEqual(split);
  expect(await total()).toBe(10);
  expect(await audit.writesSince(startedAt)).toEqual([]);
});
