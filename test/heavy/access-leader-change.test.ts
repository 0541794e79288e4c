import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../bed/index.ts';
import {
  type AuditEntry,
  AuditLog,
  defaultProvider,
  Fleet,
  fleetNamespace,
  isWrite,
  metricValue,
  type RunningOperator,
  ScriptedPlugin,
  type Spoke,
} from '../fleet/index.ts';

/** Two replicas, each of which hub and spoke know by a name of its own. */
type Replica = 'first' | 'second';

let fleet: Fleet;
let spoke: Spoke;
let onHub: AuditLog;
let onSpoke: AuditLog;
/** When the test began. */
let since: string;
let operators: RunningOperator[];
const name = { namespace: 'handed-over', name: 'knative' };

beforeAll(async () => {
  [onHub, onSpoke] = await Promise.all([AuditLog.create(), AuditLog.create()]);
  fleet = await Fleet.start({
    hub: { controllers: [], flags: { 'kube-apiserver': onHub.flags } },
    spokes: [{ flags: { 'kube-apiserver': onSpoke.flags } }],
  });
  spoke = fleet.spoke(0);
});

beforeEach(() => {
  since = new Date().toISOString();
  operators = [];
});

afterEach(async () => {
  await fleet.deleteServing(name);
  await fleet.waitForGone(name);
  await Promise.all(operators.map(({ process }) => process.stop()));
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await Promise.all([onHub[Symbol.asyncDispose](), onSpoke[Symbol.asyncDispose]()]);
});

async function start(
  replica: Replica,
  { requestsPerSecond }: { readonly requestsPerSecond: number },
): Promise<RunningOperator> {
  const account = { serviceAccount: replica, namespace: fleetNamespace };
  const { token } = await fleet.bed.hub.issueToken(account);
  const kubeconfig = await fleet.bed.hub.writeKubeconfig(replica, { token });
  const plugin = await ScriptedPlugin.create(join(fleet.bed.directory, `plugin-of-${replica}`));
  await plugin.answer((await spoke.cluster.issueToken(account)).token);
  const execConfig = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin.command };
  const operator = await fleet.startOperator({
    providers: { providers: [{ name: defaultProvider, execConfig }] },
    flags: [
      `--kubeconfig=${kubeconfig}`,
      `--spoke-api-qps=${requestsPerSecond}`,
      `--spoke-api-burst=${requestsPerSecond}`,
    ],
  });
  operators.push(operator);
  return operator;
}

/** What a replica wrote with effect, in the order in which the servers got it; what they refused was fenced off. */
async function writes(log: AuditLog, replica: Replica): Promise<readonly AuditEntry[]> {
  const entries = await log.entries();
  return entries
    .filter(({ user }) => user.username === `system:serviceaccount:${fleetNamespace}:${replica}`)
    .filter(({ requestReceivedTimestamp }) => requestReceivedTimestamp > since)
    .filter(({ responseStatus }) => (responseStatus?.code ?? 0) < 300)
    .filter(isWrite)
    .toSorted((a, b) => (a.requestReceivedTimestamp < b.requestReceivedTimestamp ? -1 : 1));
}

/** From the first write of the successor on, the one before writes nothing, on the hub and on the spoke. */
async function expectNoTwoWriters(before: Replica, after: Replica): Promise<void> {
  for (const log of [onHub, onSpoke]) {
    const [first] = await writes(log, after);
    expect(first).toBeDefined();
    const handedOver = first?.requestReceivedTimestamp ?? '';
    const late = (await writes(log, before)).filter((entry) => entry.requestReceivedTimestamp > handedOver);
    expect(late.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  }
}

/** An installation of eight seconds is half done by the first of two replicas. */
async function halfInstalled(): Promise<readonly [RunningOperator, RunningOperator]> {
  const first = await start('first', { requestsPerSecond: 10 });
  await waitFor('the first leads', () => leads(first));
  const second = await start('second', { requestsPerSecond: 400 });
  await fleet.createServing({ ...name, profile: spoke.profile });
  await waitFor('the installation is under way', async () => {
    return (await writes(onSpoke, 'first')).length >= 20;
  });
  return [first, second];
}

async function leads({ metricsUrl }: RunningOperator): Promise<boolean> {
  return (await metricValue(metricsUrl, 'leader_election_master_status')) > 0;
}

test('a leader that is told to stop in the middle of an installation hands it over', async () => {
  const [first, second] = await halfInstalled();
  expect(await leads(second)).toBe(false);
  expect(await first.process.stop()).toBe(0);
  await fleet.waitForReady(name);
  await expectNoTwoWriters('first', 'second');
});

test('a leader that freezes in the middle of an installation loses it, and writes no more when it wakes', async () => {
  const [first, second] = await halfInstalled();
  process.kill(first.process.pid, 'SIGSTOP');
  await fleet.waitForReady(name);
  expect(await leads(second)).toBe(true);

  process.kill(first.process.pid, 'SIGCONT');
  await waitFor('it knows that it leads no more', async () => !(await leads(first)));
  await waitFor('it has nothing left to do', async () => {
    return (await metricValue(first.metricsUrl, 'controller_runtime_active_workers')) === 0;
  });
  await expectNoTwoWriters('first', 'second');
});
