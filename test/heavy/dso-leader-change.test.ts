import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  type AuditEntry,
  AuditLog,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  metricValue,
  registerMembers,
  type RunningOperator,
} from '../fleet/index.ts';

/** Two replicas, each of which the hub knows by a name of its own. */
type Replica = 'first' | 'second';

let fleet: Fleet;
let onHub: AuditLog;
let operators: RunningOperator[];
let nginx: Distributed;

beforeAll(async () => {
  onHub = await AuditLog.create();
  fleet = await Fleet.start({
    profiles: false,
    spokes: 2,
    hub: { flags: { 'kube-apiserver': onHub.flags } },
  });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
});

beforeEach(async () => {
  operators = [];
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(0), client)),
  );
});

afterEach(async () => {
  await Promise.all(operators.map(({ process }) => process.stop()));
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await onHub[Symbol.asyncDispose]();
});

async function start(replica: Replica, buckets = 1): Promise<RunningOperator> {
  const { token } = await fleet.bed.hub.issueToken({ serviceAccount: replica, namespace: fleetNamespace });
  const kubeconfig = await fleet.bed.hub.writeKubeconfig(replica, { token });
  const operator = await fleet.startOperator({
    flags: [
      `--kubeconfig=${kubeconfig}`,
      '--enable-dso=true',
      '--scaling-engine=builtin',
      `--leader-election-buckets=${buckets}`,
    ],
    providers: null,
  });
  operators.push(operator);
  return operator;
}

async function measure(value: string): Promise<void> {
  const metadata = { namespace: 'default', name: 'mock-metric' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'metric-value': value } };
  await fleet.hub.apply(resources.configMaps, object, { force: true });
}

/** How many of its buckets of these objects it leads. */
async function ledBy({ metricsUrl }: RunningOperator, buckets = 1): Promise<number> {
  const leads = await Promise.all(
    Array.from({ length: buckets }, (_, bucket) => {
      const name = `wheelwright.distributedscaledobjects.0${bucket}-of-0${buckets}`;
      return metricValue(metricsUrl, 'leader_election_master_status', { name });
    }),
  );
  return leads.filter((value) => value > 0).length;
}

async function leads(operator: RunningOperator): Promise<boolean> {
  return (await ledBy(operator)) === 1;
}

/** What a replica wrote of the object with effect since then; what the server refused was fenced off. */
async function writesOf(replica: Replica, since: string): Promise<readonly string[]> {
  const isWrite = ({
    user,
    verb,
    objectRef,
    responseStatus,
    requestReceivedTimestamp,
  }: AuditEntry): boolean =>
    user.username === `system:serviceaccount:${fleetNamespace}:${replica}` &&
    objectRef?.resource === 'distributedscaledobjects' &&
    ['update', 'patch'].includes(verb) &&
    (responseStatus?.code ?? 0) < 300 &&
    requestReceivedTimestamp > since;
  return (await onHub.entries()).filter(isWrite).map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

test('a leader that freezes and wakes decides no totals any more, and holds nothing of the object', async () => {
  const first = await start('first');
  await waitFor('the first leads', () => leads(first));
  const second = await start('second');
  await measure('20');
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  await nginx.waitForSplit([2, 2]);
  expect(await leads(second)).toBe(false);

  process.kill(first.process.pid, 'SIGSTOP');
  await waitFor('the second leads', () => leads(second), { timeoutMs: 60_000 });
  // Whoever still goes by what it knew would have 4 of it, and 10 soon.
  await nginx.patch({ spec: { scaledObjectSpec: { maxReplicaCount: 2 } } });
  await nginx.waitForSplit([1, 1], 60_000);
  const woken = new Date().toISOString();
  process.kill(first.process.pid, 'SIGCONT');
  await waitFor('it knows that it leads no more', async () => !(await leads(first)));
  await waitFor('it tells nothing of the object any more', async () => {
    return (await metricValue(first.metricsUrl, 'kube_kedify_distributedscaledobject_info')) === 0;
  });
  const reads = (): Promise<number> =>
    metricValue(first.metricsUrl, 'wheelwright_trigger_reads_total', { outcome: 'value' });
  const before = await reads();
  await measure('50');
  // Long enough for each of the two to have looked, by the one that still does.
  const looks = await metricValue(second.metricsUrl, 'wheelwright_trigger_reads_total', { outcome: 'value' });
  await waitFor(
    'the second has looked three times',
    async () =>
      (await metricValue(second.metricsUrl, 'wheelwright_trigger_reads_total', { outcome: 'value' })) >=
      looks + 3,
    { timeoutMs: 90_000 },
  );
  expect(await reads()).toBe(before);
  expect(await writesOf('first', woken)).toEqual([]);
  expect(await nginx.split()).toEqual([1, 1]);
  expect(await nginx.object()).toMatchObject({ spec: { totalTargetReplicas: 2 } });
});

test('replicas of another number of buckets are ready and work on nothing until those before them have ended', async () => {
  await measure('20');
  await fleet.hub.apply(resources.distributedScaledObjects, distributedObject(), { force: true });
  let leader = await start('first');
  await nginx.waitForSplit([2, 2]);

  for (const { replica, buckets, load, split } of [
    { replica: 'second', buckets: 3, load: '40', split: 4 },
    { replica: 'first', buckets: 1, load: '60', split: 6 },
  ] as const) {
    const since = new Date().toISOString();
    const next = await start(replica, buckets);
    await next.process.waitForLog(
      'that it waits',
      ({ msg }) => msg === 'waiting until leases of another number of buckets are released',
    );
    await waitFor('it is ready', async () => (await fetch(`${next.healthUrl}/readyz`)).ok);
    await measure(load);
    await nginx.waitForSplit([split, split]);
    expect(await ledBy(next, buckets)).toBe(0);
    expect(await writesOf(replica, since)).toEqual([]);

    expect(await leader.process.stop()).toBe(0);
    await waitFor('the next leads everything', async () => (await ledBy(next, buckets)) === buckets);
    leader = next;
  }
  await measure('80');
  await nginx.waitForSplit([8, 8]);
});
