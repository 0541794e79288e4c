import { afterAll, beforeAll, expect, test } from 'vitest';
import { argoCdHealth } from '../../src/controller/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  conditionOf,
  conditionsOf,
  Fleet,
  metricValue,
  type RunningOperator,
  type Spoke,
  StatusHistory,
} from '../fleet/index.ts';
import { TcpRelay } from '../support/tcp-relay.ts';

let fleet: Fleet;
let operator: RunningOperator;
let history: StatusHistory;
/** The one that things happen to, behind a network that counts, and the one that must not notice. */
let troubled: Spoke;
let other: Spoke;
let network: TcpRelay;
const onTroubled = { namespace: 'troubled', name: 'knative' };
const onOther = { namespace: 'other', name: 'knative' };

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 2 });
  [troubled, other] = [fleet.spoke(0), fleet.spoke(1)];
  network = await TcpRelay.start(Number(new URL(troubled.cluster.server).port));
  await fleet.register(troubled, { server: `https://127.0.0.1:${network.port}` });
  history = await StatusHistory.start(fleet.hub);
  operator = await fleet.startOperator();
  await fleet.createServing({ ...onTroubled, profile: troubled.profile });
  await fleet.createServing({ ...onOther, profile: other.profile });
  await Promise.all([fleet.waitForReady(onTroubled), fleet.waitForReady(onOther)]);
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await network.stop();
  await fleet[Symbol.asyncDispose]();
});

test('an API server that dies is told of in order, asked now and then, and found again', async () => {
  await troubled.cluster.kill('kube-apiserver');
  const lost = await fleet.waitForCondition(
    onTroubled,
    'TargetClusterResolved',
    'False',
    'RemoteClientCreationFailed',
  );
  expect(history.course(onTroubled, 'TargetClusterResolved').slice(-3)).toEqual([
    'True',
    'RemoteClusterStale',
    'RemoteClientCreationFailed',
  ]);
  const stale = history
    .statuses(onTroubled)
    .flat()
    .find(({ reason }) => reason === 'RemoteClusterStale');
  expect(stale?.message).toContain(`cluster connection is stale: fleet-system/${troubled.profile}`);
  expect(conditionOf(lost, 'TargetClusterResolved')?.message).toContain(
    'failed to create remote kube client',
  );
  expect(conditionOf(lost, 'Ready')?.status).toBe('False');
  expect(conditionOf(lost, 'InstallSucceeded')?.status).toBe('True');
  expect(argoCdHealth(conditionsOf(lost))).toBe('Degraded');
  const cluster = { target_cluster: `fleet-system/${troubled.profile}` };
  expect(await metricValue(operator.metricsUrl, 'wheelwright_cluster_circuit_open', cluster)).toBe(1);

  // Later and later: each attempt is a connection, and one more where that is reset.
  const since = network.accepted;
  const passes = await reconciles();
  await mendedOnOther();
  await waitFor('several attempts are over', () => network.accepted >= since + 4);
  expect(network.accepted).toBeLessThanOrEqual(since + 12);
  expect(await reconciles()).toBeLessThanOrEqual(passes + 20);

  await troubled.cluster.start('kube-apiserver');
  await fleet.waitForReady(onTroubled);
  expectOtherUntouched();
});

test('an API server that hangs is noticed, hinders nobody else, and is found again', async () => {
  await troubled.cluster.freeze('kube-apiserver');
  await mendedOnOther();
  const lost = await fleet.waitForCondition(onTroubled, 'TargetClusterResolved', 'False');
  expect(conditionOf(lost, 'Ready')?.status).toBe('False');
  expect(conditionOf(lost, 'InstallSucceeded')?.status).toBe('True');
  expect(argoCdHealth(conditionsOf(lost))).toBe('Degraded');
  await mendedOnOther();

  await troubled.cluster.thaw('kube-apiserver');
  // The spoke's own controllers may need longer to find back.
  await fleet.waitForCondition(onTroubled, 'TargetClusterResolved', 'True');
  expectOtherUntouched();
  expect(history.course(onTroubled, 'InstallSucceeded')).not.toContain('Error');
});

function reconciles(): Promise<number> {
  return metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total');
}

/** Drift on the spoke that is well is mended as ever. */
async function mendedOnOther(): Promise<void> {
  const { client } = other;
  const activator = { namespace: onOther.namespace, name: 'activator' };
  const { uid } = (await client.get(resources.deployments, activator)).metadata;
  await client.delete(resources.deployments, activator, { propagation: 'Background' });
  await waitFor(
    'activator is back',
    async () => (await client.get(resources.deployments, activator)).metadata.uid !== uid,
    { timeoutMs: 10_000 },
  );
}

function expectOtherUntouched(): void {
  expect(history.course(onOther, 'TargetClusterResolved').at(-1)).toBe('True');
  expect(history.course(onOther, 'TargetClusterResolved').filter((word) => word !== 'Unknown')).toEqual([
    'True',
  ]);
}
