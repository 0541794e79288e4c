import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject, NamespacedName } from '../../src/api/index.ts';
import { argoCdHealth } from '../../src/controller/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  clusterProfileStatus,
  conditionOf,
  conditionsOf,
  defaultProvider,
  Fleet,
  fleetNamespace,
  metricValue,
  type ProfileOptions,
  type RunningOperator,
  ScriptedPlugin,
  type Spoke,
  StatusHistory,
} from '../fleet/index.ts';
import { TcpRelay } from '../support/tcp-relay.ts';

let fleet: Fleet;
let spoke: Spoke;
let relay: TcpRelay;
let plugin: ScriptedPlugin;
let history: StatusHistory;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false });
  spoke = fleet.spoke(0);
  relay = await TcpRelay.start(Number(new URL(spoke.cluster.server).port));
  plugin = await ScriptedPlugin.create(join(fleet.bed.directory, 'plugin'));
  const { token } = await spoke.cluster.issueToken({ serviceAccount: 'hub' });
  await plugin.answer(token);
  history = await StatusHistory.start(fleet.hub);
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await relay.stop();
  await fleet[Symbol.asyncDispose]();
});

function providers(): unknown {
  const { command } = plugin;
  return {
    providers: [
      { name: defaultProvider, execConfig: { apiVersion: 'client.authentication.k8s.io/v1', command } },
    ],
  };
}

function offer(changes: Partial<ProfileOptions> = {}): ProfileOptions {
  return {
    name: spoke.profile,
    server: `https://127.0.0.1:${relay.port}`,
    certificateAuthority: spoke.cluster.certificateAuthority,
    ...changes,
  };
}

async function untilUnavailable(name: NamespacedName, words: string): Promise<void> {
  const object = await fleet.waitForCondition(
    name,
    'TargetClusterResolved',
    'False',
    'ClusterProfileUnavailable',
  );
  const message = conditionOf(object, 'TargetClusterResolved')?.message;
  expect(message).toContain(`failed to get ClusterProfile ${fleetNamespace}/${spoke.profile}`);
  expect(message).toContain(words);
  expect(argoCdHealth(conditionsOf(object))).toBe('Degraded');
}

describe('an operator that may not read ClusterProfiles', () => {
  const name = { namespace: 'restricted', name: 'knative' };
  let operator: RunningOperator;

  test('says so, and goes on once it may, without a restart', async () => {
    const clusterRoles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    await fleet.bed.hub.call({ method: 'POST', path: clusterRoles, body: clusterRole() });
    const { token } = await fleet.bed.hub.issueToken({
      serviceAccount: 'operator',
      namespace: fleetNamespace,
      clusterRole: 'operator',
    });
    const kubeconfig = await fleet.bed.hub.writeKubeconfig('operator', { token });
    await fleet.putProfile(offer());
    operator = await fleet.startOperator({
      providers: providers(),
      flags: [`--kubeconfig=${kubeconfig}`],
    });
    await fleet.createServing({ ...name, profile: spoke.profile });
    await untilUnavailable(name, 'forbidden');

    await fleet.bed.hub.call({
      method: 'PUT',
      path: `${clusterRoles}/operator`,
      body: clusterRole('multicluster.x-k8s.io'),
    });
    await fleet.waitForReady(name);
    expect(history.course(name, 'TargetClusterResolved')).toEqual(['ClusterProfileUnavailable', 'True']);
    await fleet.deleteServing(name);
    await fleet.waitForGone(name);
    await operator.process.stop();
  });

  /** Everything that an operator needs but ClusterProfiles, unless their group is added. */
  function clusterRole(...more: readonly string[]): KubeObject {
    const apiGroups = ['', 'operator.knative.dev', 'coordination.k8s.io', 'events.k8s.io', ...more];
    return {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'operator' },
      rules: [{ apiGroups, resources: ['*'], verbs: ['*'] }],
    };
  }
});

describe('an operator on a hub without the ClusterProfile API', () => {
  const name = { namespace: 'early', name: 'knative' };
  let operator: RunningOperator;

  test('says so, and picks it up when it is installed', async () => {
    const crd = await fleet.hub.get(resources.customResourceDefinitions, {
      name: 'clusterprofiles.multicluster.x-k8s.io',
    });
    await fleet.hub.delete(resources.customResourceDefinitions, crd.metadata);
    await waitFor('the API is gone', async () => {
      fleet.hub.invalidateDiscovery();
      const served = await fleet.hub.resources();
      return !served.some(({ group }) => group === 'multicluster.x-k8s.io');
    });
    operator = await fleet.startOperator({ providers: providers() });
    await fleet.createServing({ ...name, profile: spoke.profile });
    await untilUnavailable(name, 'install the Cluster Inventory API');

    const { apiVersion, kind, metadata, ...rest } = crd;
    const { annotations = {}, labels = {} } = metadata;
    const again = { apiVersion, kind, metadata: { name: metadata.name, annotations, labels } };
    await fleet.put(resources.customResourceDefinitions, { ...again, spec: rest['spec'] });
    await waitFor('the profile is taken', async () => {
      await fleet.putProfile(offer());
      return true;
    });
    await fleet.waitForReady(name);
    expect((await plugin.runs()).length).toBeGreaterThan(0);
  });

  test('a hundred heartbeats of a profile cost no connection, no plugin run and no change of the status', async () => {
    const before = await costs();
    const told = history.statuses(name).length;
    const beat = clusterProfileStatus(offer()) as { conditions: readonly object[] };
    for (let beats = 1; beats <= 100; beats++) {
      const time = new Date(Date.UTC(2026, 0, 1, 0, 0, beats)).toISOString().replace('.000', '');
      const conditions = beat.conditions.map((condition) => ({ ...condition, lastTransitionTime: time }));
      const properties = [{ name: 'heartbeat', value: String(beats) }];
      await fleet.patchProfile(spoke.profile, { conditions, properties });
    }
    // What comes after them is seen, so they were.
    await fleet.patchProfile(spoke.profile, { conditions: [{ ...beat.conditions[0], status: 'False' }] });
    await fleet.waitForCondition(name, 'TargetClusterResolved', 'False', 'ClusterProfileNotReady');
    await fleet.patchProfile(spoke.profile, { conditions: beat.conditions });
    await fleet.waitForReady(name);
    await waitFor('the history has it, too', () => history.course(name, 'Ready').at(-1) === 'True');
    expect(await costs()).toEqual(before);
    expect(history.statuses(name)).toHaveLength(told + 2);
  });

  test('a profile that names another server moves the connection and closes the old one', async () => {
    const next = await TcpRelay.start(Number(new URL(spoke.cluster.server).port));
    await fleet.putProfile(offer({ server: `https://127.0.0.1:${next.port}` }));
    await waitFor('everything goes the new way', () => next.open > 0 && relay.open === 0);
    await fleet.waitForReady(name);

    await fleet.putProfile(offer());
    await waitFor('everything goes back', () => relay.open > 0 && next.open === 0);
    await fleet.waitForReady(name);
    expect(history.course(name, 'InstallSucceeded')).not.toContain('Error');
    await next.stop();
  });

  test('a new authority of the server is an outage until the profile names it', async () => {
    await spoke.cluster.renewServingCertificate('new-authority');
    const broken = await fleet.waitForCondition(
      name,
      'TargetClusterResolved',
      'False',
      'RemoteClientCreationFailed',
    );
    expect(conditionOf(broken, 'TargetClusterResolved')?.message).toContain('TlsUntrusted');
    expect(conditionOf(broken, 'InstallSucceeded')?.status).toBe('True');
    await fleet.putProfile(offer());
    await fleet.waitForReady(name);
  });

  test('a profile that is re-created is another cluster: it is connected anew', async () => {
    const { runs } = await costs();
    await fleet.hub.delete(resources.clusterProfiles, profileName());
    await fleet.waitForCondition(name, 'TargetClusterResolved', 'False', 'ClusterProfileNotFound');
    await waitFor('its connections are closed', () => relay.open === 0);
    await fleet.putProfile(offer());
    await fleet.waitForReady(name);
    expect((await costs()).runs).toBe(runs + 1);
    expect(history.course(name, 'InstallSucceeded')).toEqual(['Unknown', 'True']);
  });

  interface Costs {
    readonly connections: number;
    readonly runs: number;
    readonly fetches: number;
  }

  async function costs(): Promise<Costs> {
    return {
      connections: relay.accepted,
      runs: (await plugin.runs()).length,
      fetches: await metricValue(operator.metricsUrl, 'wheelwright_credential_fetch_total'),
    };
  }
});

function profileName(): NamespacedName {
  return { namespace: fleetNamespace, name: spoke.profile };
}
