import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NamespacedName } from '../../src/api/index.ts';
import { argoCdHealth } from '../../src/controller/index.ts';
import { resources, UnauthorizedError } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  AuditLog,
  builtinProviders,
  clusterClient,
  conditionOf,
  conditionsOf,
  Fleet,
  kubeconfigSecret,
  metricValue,
  type ProfileOptions,
  type RunningOperator,
  ScriptedPlugin,
  type Spoke,
  StatusHistory,
} from '../fleet/index.ts';

/** An exec extension that profiles add arguments and variables by. */
const additional = 'clusterprofiles.multicluster.x-k8s.io/exec/additional';

let fleet: Fleet;
let one: Spoke;
let two: Spoke;
let audit: AuditLog;
let tokens: ScriptedPlugin;
let hanging: ScriptedPlugin;
let operator: RunningOperator;
let history: StatusHistory;
const onOne = { namespace: 'on-one', name: 'knative' };
const onTwo = { namespace: 'on-two', name: 'knative' };

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({ spokes: [{}, { flags: { 'kube-apiserver': audit.flags } }], profiles: false });
  [one, two] = [fleet.spoke(0), fleet.spoke(1)];
  history = await StatusHistory.start(fleet.hub);
  tokens = await ScriptedPlugin.create(join(fleet.bed.directory, 'tokens'));
  hanging = await ScriptedPlugin.create(join(fleet.bed.directory, 'hanging'));
  await tokens.answer(await issue(one, 'start'), { to: 'one' });
  await tokens.answer(await issue(two, 'start'), { to: 'two' });
  await Promise.all([offer(one), offer(two)]);
  const apiVersion = 'client.authentication.k8s.io/v1';
  operator = await fleet.startOperator({
    flags: ['--access-plugin-timeout=2s'],
    providers: {
      providers: [
        {
          name: 'tokens',
          execConfig: {
            apiVersion,
            command: tokens.command,
            args: ['get-token'],
            env: [{ name: 'REALM', value: 'of-the-hub' }],
          },
          profileSourcedCLIArgsPolicy: 'Append',
          profileSourcedEnvVarsPolicy: 'AppendIfNotExists',
        },
        { name: 'hanging', execConfig: { apiVersion, command: hanging.command } },
        ...builtinProviders.providers,
      ],
    },
  });
  await fleet.createServing({ ...onOne, profile: one.profile });
  await fleet.createServing({ ...onTwo, profile: two.profile });
  await Promise.all([fleet.waitForReady(onOne), fleet.waitForReady(onTwo)]);
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

/** Every test begins with two ready installations; how they came to be so is history. */
let before: { readonly one: number; readonly two: number; readonly errors: number };
beforeEach(async () => {
  const errors = await reconcileErrors();
  before = { one: history.statuses(onOne).length, two: history.statuses(onTwo).length, errors };
});

async function issue({ cluster }: Spoke, serviceAccount: string): Promise<string> {
  return (await cluster.issueToken({ serviceAccount })).token;
}

async function withdraw({ cluster }: Spoke, serviceAccount: string): Promise<void> {
  await cluster.call({
    method: 'DELETE',
    path: `/api/v1/namespaces/default/serviceaccounts/${serviceAccount}`,
  });
}

/** API servers believe in a token that they have seen for ten seconds more. */
async function untilRefused({ cluster }: Spoke, token: string): Promise<void> {
  const client = await clusterClient(await cluster.writeKubeconfig('refused', { token }), 'refused');
  await waitFor('the token is refused', async () =>
    client.serverVersion().then(
      () => false,
      (error: unknown) => error instanceof UnauthorizedError,
    ),
  );
  await client.close();
}

function answerFor(spoke: Spoke): 'one' | 'two' {
  return spoke === one ? 'one' : 'two';
}

/** A profile whose plugin is told which of the two it is for. */
function offer(spoke: Spoke, changes: Partial<ProfileOptions> = {}): Promise<void> {
  const ANSWER = answerFor(spoke);
  const { server, certificateAuthority } = spoke.cluster;
  return fleet.putProfile({
    name: spoke.profile,
    provider: 'tokens',
    server,
    certificateAuthority,
    extensions: {
      [`${additional}-args`]: { args: [`--cluster=${ANSWER}`] },
      [`${additional}-envs`]: { ANSWER, REALM: `of-${ANSWER}` },
    },
    ...changes,
  });
}

/** The same server by another name is reached by another connection, with another credential from the plugin. */
async function reconnect(spoke: Spoke, name: 'localhost' | '127.0.0.1'): Promise<void> {
  const runs = await runsFor(spoke);
  await offer(spoke, { server: spoke.cluster.server.replace('127.0.0.1', name) });
  await waitFor('the plugin is run again', async () => (await runsFor(spoke)) > runs);
}

async function runsFor(spoke: Spoke): Promise<number> {
  const runs = await tokens.runs();
  return runs.filter(({ env }) => env['ANSWER'] === answerFor(spoke)).length;
}

function reconcileErrors(): Promise<number> {
  return metricValue(operator.metricsUrl, 'controller_runtime_reconcile_errors_total');
}

/** Has somebody delete a Deployment of Knative's and waits until it is back: the operator writes to the spoke. */
async function mended({ client }: Spoke, namespace: string): Promise<void> {
  const activator = { namespace, name: 'activator' };
  const { uid } = (await client.get(resources.deployments, activator)).metadata;
  await client.delete(resources.deployments, activator, { propagation: 'Background' });
  await waitFor(
    'activator is back',
    async () => (await client.get(resources.deployments, activator)).metadata.uid !== uid,
  );
}

/** Has the operator write a new value into a ConfigMap on the spoke. */
async function configured({ client }: Spoke, name: NamespacedName, value: string): Promise<void> {
  await fleet.hub.patch(resources.knativeServings, name, 'merge', { spec: { config: { gc: { value } } } });
  const configMap = { namespace: name.namespace, name: 'config-gc' };
  await waitFor(`${value} is configured`, async () => {
    const { data } = (await client.get(resources.configMaps, configMap)) as {
      readonly data?: Readonly<Record<string, string>>;
    };
    return data?.['value'] === value;
  });
}

function expectNoOutage(name: NamespacedName, from: number): void {
  for (const conditions of history.statuses(name).slice(from)) {
    const target = conditions.find(({ type }) => type === 'TargetClusterResolved');
    expect(target).toMatchObject({ status: 'True' });
  }
}

test('plugins of two profiles get what their own profile adds and nothing else, however often they run', async () => {
  for (let round = 1; round <= 5; round++) {
    await Promise.all([reconnect(one, 'localhost'), reconnect(two, 'localhost')]);
    await Promise.all([reconnect(one, '127.0.0.1'), reconnect(two, '127.0.0.1')]);
  }
  const runs = await tokens.runs();
  expect(runs.length).toBeGreaterThanOrEqual(22);
  for (const { args, env } of runs) {
    expect(args).toEqual(['get-token', `--cluster=${env['ANSWER']}`]);
    expect(env['REALM']).toBe('of-the-hub');
  }
  await Promise.all([fleet.waitForReady(onOne), fleet.waitForReady(onTwo)]);
});

test('a token that ends is replaced before anybody notices', async () => {
  await tokens.answer(await issue(one, 'start'), { to: 'one', lastsSeconds: 2 });
  await reconnect(one, 'localhost');
  const runs = await runsFor(one);
  let round = 0;
  await waitFor('three tokens have ended', async () => {
    await configured(one, onOne, `round ${++round}`);
    return (await runsFor(one)) >= runs + 3;
  });
  await fleet.waitForReady(onOne);
  expectNoOutage(onOne, before.one);
  expect(await reconcileErrors()).toBe(before.errors);
});

test('a refused token is replaced within the same request; without another one the cluster is not resolved', async () => {
  const [lostOne, lostTwo] = await Promise.all([issue(one, 'lost'), issue(two, 'lost')]);
  await tokens.answer(lostOne, { to: 'one' });
  await tokens.answer(lostTwo, { to: 'two' });
  await Promise.all([reconnect(one, '127.0.0.1'), reconnect(two, 'localhost')]);
  await Promise.all([fleet.waitForReady(onOne), fleet.waitForReady(onTwo)]);
  const runs = await runsFor(one);
  const from = history.statuses(onOne).length;

  await tokens.answer(await issue(one, 'start'), { to: 'one' });
  await Promise.all([withdraw(one, 'lost'), withdraw(two, 'lost')]);
  await Promise.all([untilRefused(one, lostOne), untilRefused(two, lostTwo)]);
  await Promise.all([mended(one, onOne.namespace), touch(two)]);
  await fleet.waitForReady(onOne);
  expect(await runsFor(one)).toBe(runs + 1);
  expectNoOutage(onOne, from);

  const refused = await fleet.waitForCondition(
    onTwo,
    'TargetClusterResolved',
    'False',
    'RemoteClientCreationFailed',
  );
  expect(conditionOf(refused, 'TargetClusterResolved')?.message).toContain('refuses the credential');
  expect(argoCdHealth(conditionsOf(refused))).toBe('Degraded');
  expect(history.course(onTwo, 'InstallSucceeded')).not.toContain('Error');

  await tokens.answer(await issue(two, 'start'), { to: 'two' });
  await fleet.waitForReady(onTwo);
  expect(history.course(onTwo, 'InstallSucceeded')).not.toContain('Error');

  /** Makes the operator write to the spoke. */
  async function touch({ client }: Spoke): Promise<void> {
    const activator = { namespace: onTwo.namespace, name: 'activator' };
    await client.delete(resources.deployments, activator, { propagation: 'Background' });
  }
});

test('a rotated Secret is used at once, without a plugin and without an outage', async () => {
  await fleet.register(two);
  const labels = { target_cluster: `fleet-system/${two.profile}`, provider: 'kubeconfig-secretreader' };
  await waitFor('the built-in reader is in use', async () => {
    return (await metricValue(operator.metricsUrl, 'wheelwright_cluster_info', labels)) === 1;
  });
  await fleet.waitForReady(onTwo);
  const fetches = await metricValue(operator.metricsUrl, 'wheelwright_credential_fetch_total');
  const from = history.statuses(onTwo).length;
  const kubeconfig = two.cluster.kubeconfigFor({ token: await issue(two, 'rotated') });
  await fleet.put(resources.secrets, kubeconfigSecret(two.profile, kubeconfig));
  await waitFor(
    'the operator comes with the new token',
    async () => {
      const entries = await audit.entries();
      return entries.some(({ user }) => user.username === 'system:serviceaccount:default:rotated');
    },
    { timeoutMs: 5_000 },
  );
  await mended(two, onTwo.namespace);
  await fleet.waitForReady(onTwo);
  expect(await metricValue(operator.metricsUrl, 'wheelwright_credential_fetch_total')).toBe(fetches);
  expectNoOutage(onTwo, from);
});

test('a plugin that hangs is killed in time with all that it started, and hinders nobody else', async () => {
  await hanging.hang();
  await offer(two, { provider: 'hanging' });
  const run = await waitFor('the plugin runs', async () => (await hanging.runs())[0]);
  await mended(one, onOne.namespace);
  await fleet.waitForReady(onOne);

  const failed = await fleet.waitForCondition(
    onTwo,
    'TargetClusterResolved',
    'False',
    'AccessProviderFailed',
  );
  const { message } = conditionOf(failed, 'TargetClusterResolved') ?? {};
  expect(message).toContain(`failed to build config from ClusterProfile fleet-system/${two.profile}`);
  expect(message).toContain('did not answer within 2 s');
  expect(conditionOf(failed, 'InstallSucceeded')?.status).toBe('True');
  await waitFor('nothing of it is left', async (saw) => {
    const left = await processesOfGroup(run.pid);
    saw(left);
    return left.length === 0;
  });
  expectNoOutage(onOne, before.one);

  await hanging.answer(await issue(two, 'start'));
  await fleet.waitForReady(onTwo);
});

/** Process ids. */
async function processesOfGroup(group: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const groups = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state !== 'Z' && Number(processGroup) === group ? [pid] : [];
    }),
  );
  return groups.flat();
}
