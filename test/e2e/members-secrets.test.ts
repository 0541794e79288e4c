import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  Fleet,
  fleetNamespace,
  memberKubeconfig,
  memberSecret,
  MemberStates,
  memberStatuses,
  metricValue,
  prepareMember,
  registerMember,
  type RunningOperator,
  waitForMember,
  waitForMemberEvent,
  waitForNoMember,
} from '../fleet/index.ts';

const controllers = ['kube-controller-manager'] as const;
let fleet: Fleet;
let operator: RunningOperator;
/** Its kubeconfig, as generated for member-a. */
let first: Awaited<ReturnType<typeof prepareMember>>;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: [{ controllers }, { controllers }] });
  first = await prepareMember(fleet.spoke(0).cluster, 'member-a');
  operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
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

describe('a labelled Secret', () => {
  test('makes a member', async () => {
    await put('member-a', memberKubeconfig(first));
    const entry = await waitForMember(fleet.hub, 'member-a');
    expect(entry).toMatchObject({ id: 'member-a', provider: 'kubeconfig', state: 'Ready' });
    expect(entry.info).toContain('Kubernetes v1.');
    await waitForMemberEvent(fleet.hub, 'MemberRegistered', 'member-a (kubeconfig#member-a)');
    const labels = { provider: 'kubeconfig', state: 'Ready' };
    expect(await metricValue(operator.metricsUrl, 'wheelwright_members', labels)).toBe(1);
  });

  test('of another label, value, namespace or key, or empty, is none, and the last two are told of', async () => {
    const secret = memberSecret('odd', memberKubeconfig(first));
    const changed = (name: string, labels: Readonly<Record<string, string>>): KubeObject => ({
      ...secret,
      metadata: { ...secret.metadata, name, labels },
    });
    const label = 'sigs.k8s.io/multicluster-runtime-kubeconfig';
    await fleet.put(resources.secrets, changed('unlabelled', {}));
    await fleet.put(resources.secrets, changed('mislabelled', { [label]: 'yes' }));
    await fleet.put(
      resources.secrets,
      memberSecret('elsewhere', memberKubeconfig(first), { namespace: 'other' }),
    );
    await fleet.put(resources.secrets, { ...memberSecret('keyless', ''), data: { value: 'YQ==' } });
    await put('empty', '');
    for (const name of ['keyless', 'empty'])
      await operator.process.waitForLog('the Secret without a kubeconfig', ({ problem }) =>
        String(problem).includes(`Secret ${fleetNamespace}/${name} has no kubeconfig`),
      );
    const entries = await memberStatuses(fleet.hub);
    expect(Object.keys(entries)).toEqual(['member-a']);
    expect(entries).toMatchObject({ 'member-a': { state: 'Ready' } });
  });

  test('that makes no sense is told of by name, hurts no other, and is a member as soon as it is mended', async () => {
    await put('broken', 'this: is: no kubeconfig');
    const entry = await waitForMember(fleet.hub, 'broken', { state: 'NotReady' });
    expect(entry.info).toContain(`Secret ${fleetNamespace}/broken`);
    expect(await memberStatuses(fleet.hub)).toMatchObject({ 'member-a': { state: 'Ready' } });
    await put('broken', memberKubeconfig({ ...first, member: 'broken' }));
    await waitForMember(fleet.hub, 'broken');
    await waitForMemberEvent(fleet.hub, 'MemberRecovered', 'broken');
    await remove('broken');
    await waitForMemberEvent(fleet.hub, 'MemberRemoved', 'broken');
  });

  test('may neither name a command nor a file, and nothing is run', async () => {
    const trace = join(fleet.bed.directory, 'trace');
    const exec = `exec: {apiVersion: client.authentication.k8s.io/v1, command: /usr/bin/touch, args: ["${trace}"]}`;
    await put('runner', memberKubeconfig({ ...first, member: 'runner' }).replace(/token: .*/, exec));
    const runner = await waitForMember(fleet.hub, 'runner', { state: 'NotReady' });
    expect(runner.info).toContain('exec must not be set');
    await put(
      'reader',
      memberKubeconfig({ ...first, member: 'reader' }).replace(/token: .*/, 'tokenFile: /etc/hostname'),
    );
    const reader = await waitForMember(fleet.hub, 'reader', { state: 'NotReady' });
    expect(reader.info).toContain('tokenFile must not name a file');
    await expect(access(trace)).rejects.toThrow('ENOENT');
    await remove('runner');
    await remove('reader');
  });

  test('adds and takes away members one by one', async () => {
    await registerMember(fleet, 'member-b', fleet.spoke(1).cluster);
    await waitForMember(fleet.hub, 'member-b');
    expect(Object.keys(await memberStatuses(fleet.hub))).toEqual(['member-a', 'member-b']);
    await remove('member-a');
    expect(Object.keys(await memberStatuses(fleet.hub))).toEqual(['member-b']);
    await put('member-a', memberKubeconfig(first));
    await waitForMember(fleet.hub, 'member-a');
  });

  test('without its label, or deleted and held by a finalizer, is a member no more', async () => {
    const place = { namespace: fleetNamespace, name: 'member-b' };
    const label = 'sigs.k8s.io/multicluster-runtime-kubeconfig';
    await fleet.hub.patch(resources.secrets, place, 'merge', { metadata: { labels: { [label]: 'false' } } });
    await waitForNoMember(fleet.hub, 'member-b');
    const held = { labels: { [label]: 'true' }, finalizers: ['example.com/hold'] };
    await fleet.hub.patch(resources.secrets, place, 'merge', { metadata: held });
    await waitForMember(fleet.hub, 'member-b');
    await fleet.hub.delete(resources.secrets, place);
    await waitForNoMember(fleet.hub, 'member-b');
    await fleet.hub.patch(resources.secrets, place, 'merge', { metadata: { finalizers: null } });
    await registerMember(fleet, 'member-b', fleet.spoke(1).cluster);
    expect(await waitForMember(fleet.hub, 'member-b')).toMatchObject({ provider: 'kubeconfig' });
  });

  test('that comes to make no sense leaves in force what it said before', async () => {
    await put('member-b', 'nonsense');
    const entry = await waitForMember(fleet.hub, 'member-b', ({ info = '' }) =>
      info.includes('stays in force'),
    );
    expect(entry.state).toBe('Ready');
    await registerMember(fleet, 'member-b', fleet.spoke(1).cluster);
    await waitForMember(fleet.hub, 'member-b', ({ info = '' }) => !info.includes('stays in force'));
  });

  test('drains its member by an annotation', async () => {
    const annotate = (drain: string | null): Promise<unknown> =>
      fleet.hub.patch(resources.secrets, { namespace: fleetNamespace, name: 'member-b' }, 'merge', {
        metadata: { annotations: { 'wheelwright.dev/drain': drain } },
      });
    await annotate('true');
    const entry = await waitForMember(fleet.hub, 'member-b', ({ info = '' }) =>
      info.includes('It is drained.'),
    );
    expect(entry.state).toBe('Ready');
    await annotate(null);
    await waitForMember(fleet.hub, 'member-b', ({ info = '' }) => !info.includes('It is drained.'));
  });
});

describe('a member', () => {
  test('whose token is rotated is never out of reach', async () => {
    const { cluster } = fleet.spoke(0);
    const { token } = await cluster.issueToken({
      serviceAccount: 'kedify-agent',
      namespace: 'keda',
      clusterRole: 'kedify-agent',
    });
    await using history = await MemberStates.watch(fleet, 'member-a');
    const connected = (): number =>
      operator.process.log.filter(({ msg, reason }) => msg === 'news of a member' && reason !== undefined)
        .length;
    const news = connected();
    await put('member-a', memberKubeconfig({ ...first, token }));
    await waitFor('the token that ends is in use', async () => {
      const name = 'wheelwright_cluster_credential_expiry_timestamp_seconds';
      return (await metricValue(operator.metricsUrl, name, { target_cluster: 'member-a' })) > 0;
    });
    await waitForMember(fleet.hub, 'member-a', ({ info = '' }) => info.includes('Its credential ends at'));
    await waitForMemberEvent(fleet.hub, 'MemberCredentialsExpiring', 'member-a');
    expect(history.seen).toEqual(new Set(['Ready']));
    expect(connected()).toBe(news + 1);
    await put('member-a', memberKubeconfig(first));
    await waitForMember(fleet.hub, 'member-a', ({ info = '' }) => !info.includes('Its credential ends at'));
    expect(history.seen).toEqual(new Set(['Ready']));
  });
});
