import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  clustersOf,
  configuration,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  memberEvents,
  memberKubeconfig,
  memberSecret,
  MemberStates,
  memberStatuses,
  metricValue,
  prepareMember,
  registerMember,
  renewMemberToken,
  type RunningOperator,
  waitForMember,
  waitForMemberEvent,
  waitForNoMember,
} from '../fleet/index.ts';
import { TcpRelay } from '../support/tcp-relay.ts';

const controllers = ['kube-controller-manager'] as const;
let fleet: Fleet;
let operator: RunningOperator;
/** Its kubeconfig, as generated for member-a. */
let first: Awaited<ReturnType<typeof prepareMember>>;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: [{ controllers }, { controllers }] });
  operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
  first = await registerMember(fleet, 'member-a', fleet.spoke(0).cluster);
  await registerMember(fleet, 'member-b', fleet.spoke(1).cluster);
  await waitForMember(fleet.hub, 'member-a');
  await waitForMember(fleet.hub, 'member-b');
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

async function put(member: string, kubeconfig: string): Promise<void> {
  await fleet.put(resources.secrets, memberSecret(member, kubeconfig));
}

async function remove(member: string): Promise<void> {
  await fleet.hub.delete(resources.secrets, { namespace: fleetNamespace, name: member });
  await waitForNoMember(fleet.hub, member);
}

describe('a member', () => {
  test('whose token is taken away is out of reach until the Secret has another', async () => {
    const { cluster } = fleet.spoke(1);
    const renewed = await renewMemberToken(cluster, 'member-b');
    // Nobody works with it: its connection lives on, and it is asked about once a minute.
    const entry = await waitForMember(fleet.hub, 'member-b', { state: 'NotReady' }, 120_000);
    expect(entry.info).toContain('refuses the credential');
    await put('member-b', memberKubeconfig(renewed));
    await waitForMember(fleet.hub, 'member-b');
  });

  test('whose credential is rotated is never out of reach, and nothing is left of the connection before', async () => {
    const { cluster } = fleet.spoke(0);
    const port = Number(new URL(cluster.server).port);
    const [before, after] = [await TcpRelay.start(port), await TcpRelay.start(port)];
    const over = (relay: TcpRelay, token: string): string =>
      memberKubeconfig({ ...first, member: 'rotated', server: `https://127.0.0.1:${relay.port}`, token });
    try {
      await put('rotated', over(before, first.token));
      await waitForMember(fleet.hub, 'rotated');
      expect(before.open).toBeGreaterThan(0);
      const account = { serviceAccount: 'kedify-agent', namespace: 'keda', clusterRole: 'kedify-agent' };
      const { token } = await cluster.issueToken(account);
      await using states = await MemberStates.watch(fleet, 'rotated');
      await put('rotated', over(after, token));
      await waitFor('the connection before is closed', () => before.open === 0);
      expect(after.open).toBeGreaterThan(0);
      await waitForMember(fleet.hub, 'rotated', ({ info = '' }) => info.includes('Its credential ends at'));
      expect(states.seen).toEqual(new Set(['Ready']));
    } finally {
      await Promise.all([before.stop(), after.stop()]);
    }
    await remove('rotated');
  });

  test('that falls silent is found out though nobody uses it, and found again', async () => {
    const { cluster } = fleet.spoke(1);
    const relay = await TcpRelay.start(Number(new URL(cluster.server).port));
    try {
      const prepared = await prepareMember(cluster, 'distant');
      await put('distant', memberKubeconfig({ ...prepared, server: `https://127.0.0.1:${relay.port}` }));
      await waitForMember(fleet.hub, 'distant');
      relay.freeze();
      await waitForMember(fleet.hub, 'distant', { state: 'NotReady' });
      await waitForMemberEvent(fleet.hub, 'MemberUnreachable', 'distant');
      expect(await memberStatuses(fleet.hub)).toMatchObject({
        'member-a': { state: 'Ready' },
        'member-b': { state: 'Ready' },
      });
      relay.thaw();
      await waitForMember(fleet.hub, 'distant');
      await waitForMemberEvent(fleet.hub, 'MemberRecovered', 'distant');
    } finally {
      await relay.stop();
    }
    await remove('distant');
  });

  test('is no news to an operator that starts anew, and what others wrote stays', async () => {
    const notes = (): Promise<readonly string[]> => memberEvents(fleet.hub, 'MemberRegistered');
    const before = (await notes()).length;
    const foreign = {
      agent: { phase: 'Ready' },
      multiClusterStatus: {
        clusters: { gone: { id: 'gone', provider: 'kubeconfig' }, 'member-a': { hardTainted: true } },
      },
    };
    await fleet.hub.patch(
      resources.kedifyConfigurations,
      configuration,
      'merge',
      { status: foreign },
      { subresource: 'status' },
    );
    await operator.process.stop();
    operator = await fleet.startOperator({ flags: ['--enable-dsj=true'] });
    await waitForNoMember(fleet.hub, 'gone');
    await waitForMember(fleet.hub, 'member-a');
    const object = await fleet.hub.get(resources.kedifyConfigurations, configuration);
    expect(object['status']).toMatchObject({ agent: { phase: 'Ready' } });
    expect(clustersOf(object)).toMatchObject({ 'member-a': { hardTainted: true, state: 'Ready' } });
    await waitForMemberEvent(fleet.hub, 'MemberRemoved', 'gone');
    expect(await notes()).toHaveLength(before);
  });

  test('is told of by one of two replicas, and by the other as soon as that is gone', async () => {
    await using other = await startReplica();
    await put('shared', memberKubeconfig({ ...first, member: 'shared' }));
    await waitForMember(fleet.hub, 'shared');
    await waitFor('the other knows it too', async () => {
      const labels = { provider: 'kubeconfig', state: 'Ready' };
      return (await metricValue(other.metricsUrl, 'wheelwright_members', labels)) === 3;
    });
    const notes = await waitForMemberEvent(fleet.hub, 'MemberRegistered', 'shared');
    expect(notes.filter((note) => note.includes('shared'))).toHaveLength(1);
    await operator.process.stop();
    await remove('shared');
    const removed = await waitForMemberEvent(fleet.hub, 'MemberRemoved', 'shared');
    expect(removed.filter((note) => note.includes('shared'))).toHaveLength(1);
    operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
  });

  test('is there although the hub does not serve the status', async () => {
    const name = 'kedifyconfigurations.install.kedify.io';
    await operator.process.stop();
    await fleet.hub.delete(resources.customResourceDefinitions, { name });
    await waitFor('the definition is gone', () =>
      fleet.hub.get(resources.customResourceDefinitions, { name }).then(
        () => false,
        (error: unknown) => error instanceof NotFoundError,
      ),
    );
    operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
    await operator.process.waitForLog('that no status tells', ({ problem }) =>
      String(problem).includes('does not serve KedifyConfigurations'),
    );
    await waitFor('both are members', async () => {
      const labels = { provider: 'kubeconfig', state: 'Ready' };
      return (await metricValue(operator.metricsUrl, 'wheelwright_members', labels)) === 2;
    });
    const told = operator.process.log.filter(({ provider }) => provider === 'status');
    expect(told).toHaveLength(1);
  });
});

test('without anything to spread no member is contacted', async () => {
  await operator.process.stop();
  const port = Number(new URL(fleet.spoke(0).cluster.server).port);
  const [relay, other] = [await TcpRelay.start(port), await TcpRelay.start(port)];
  const over = ({ port }: TcpRelay): string =>
    memberKubeconfig({ ...first, server: `https://127.0.0.1:${port}` });
  try {
    await put('member-a', over(relay));
    operator = await fleet.startOperator();
    await waitFor('it is at work', async () => (await fetch(`${operator.healthUrl}/readyz`)).ok);
    // One that began later and has members would have contacted it by now.
    await fleet.put(resources.secrets, memberSecret('member-a', over(other), { namespace: 'elsewhere' }));
    const later = await fleet.startOperator({ flags: ['--enable-dso=true', '--namespace=elsewhere'] });
    await waitFor('its member is ready', async () => {
      const labels = { provider: 'kubeconfig', state: 'Ready' };
      return (await metricValue(later.metricsUrl, 'wheelwright_members', labels)) === 1;
    });
    expect(relay.accepted).toBe(0);
    await Promise.all([operator, later].map(({ process }) => process.stop()));
    operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
    await waitFor('the member is contacted', () => relay.accepted > 0);
  } finally {
    await Promise.all([relay.stop(), other.stop()]);
  }
});

test('with nothing but Jobs to spread an object for replicas is left alone, and worked on where that is switched on', async () => {
  const { client } = fleet.spoke(0);
  const nginx = new Distributed({ hub: fleet.hub, spokes: [{ client }] });
  const startWith = (replicas: boolean): Promise<RunningOperator> =>
    fleet.startOperator({
      flags: ['--scaling-engine=builtin'],
      env: { DSO_ENABLED: String(replicas), DSJ_ENABLED: String(!replicas) },
    });
  await operator.process.stop();
  operator = await startWith(false);
  await fleet.put(resources.deployments, deployment(1), client);
  const memberClusters = [{ name: 'late', weight: 1 }];
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject({ memberClusters }));
  // A member that is registered after the object is found after it.
  await put('late', memberKubeconfig({ ...first, member: 'late' }));
  await waitFor('it has members', async () => {
    const labels = { provider: 'kubeconfig', state: 'Ready' };
    return (await metricValue(operator.metricsUrl, 'wheelwright_members', labels)) > 0;
  });
  const controller = { controller: 'distributedscaledobject' };
  const workers = 'controller_runtime_max_concurrent_reconciles';
  expect(await metricValue(operator.metricsUrl, workers, controller)).toBe(0);
  const { status, spec } = await nginx.object();
  expect(status).toBeUndefined();
  expect(spec).toMatchObject({ totalTargetReplicas: 0 });
  expect(await nginx.split()).toEqual([1]);

  await operator.process.stop();
  operator = await startWith(true);
  await nginx.waitForStatus('it is worked on', ({ print }) => print?.totalReplicas === '1/1');
  expect(await metricValue(operator.metricsUrl, workers, controller)).toBeGreaterThan(0);
});

/** A second operator, which ends with the test. */
async function startReplica(): Promise<RunningOperator & AsyncDisposable> {
  const replica = await fleet.startOperator({ flags: ['--enable-dso=true'] });
  return {
    ...replica,
    [Symbol.asyncDispose]: async () => {
      await replica.process.stop();
    },
  };
}
