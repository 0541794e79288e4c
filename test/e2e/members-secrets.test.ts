import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupVersionKind, type KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  clusterClient,
  clustersOf,
  Fleet,
  fleetNamespace,
  memberKubeconfig,
  memberManifests,
  memberSecret,
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

describe('what a member is prepared with', () => {
  test('is five objects, that change nothing when they are applied again, and a token for them', async () => {
    const { client, cluster } = fleet.spoke(0);
    first = await prepareMember(cluster, 'member-a');
    const contents = async (): Promise<readonly unknown[]> =>
      Promise.all(
        (loadAll(memberManifests) as KubeObject[]).map(async (object) => {
          const resource = await client.resourceFor(groupVersionKind(object));
          const { metadata, ...content } = await client.get(resource, object.metadata);
          const { managedFields: _, resourceVersion: __, ...told } = metadata;
          return { ...content, metadata: told };
        }),
      );
    const before = await contents();
    expect(before).toHaveLength(5);
    await prepareMember(cluster, 'member-a');
    expect(await contents()).toEqual(before);
    const secret = await client.get(resources.secrets, { namespace: 'keda', name: 'kedify-agent-token' });
    expect(Object.keys(secret['data'] as object).sort()).toEqual(['ca.crt', 'namespace', 'token']);
  });

  test.for([
    ['update', 'apps', 'deployments', 'scale', true],
    ['create', 'batch', 'jobs', '', true],
    ['get', '', 'secrets', '', false],
    ['create', '', 'namespaces', '', false],
  ] as const)('lets the hub %s %s/%s/%s: %s', async ([verb, group, resource, subresource, allowed]) => {
    const answer = await fleet.spoke(0).cluster.call<{ readonly status: { readonly allowed: boolean } }>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: 'system:serviceaccount:keda:kedify-agent',
          resourceAttributes: { verb, group, resource, subresource },
        },
      },
    });
    expect(answer.status.allowed).toBe(allowed);
  });
});

describe('a labelled Secret', () => {
  test('makes a member, without a restart', async () => {
    const { pid } = operator.process;
    await put('member-a', memberKubeconfig(first));
    const entry = await waitForMember(fleet.hub, 'member-a');
    expect(entry).toMatchObject({ id: 'member-a', provider: 'kubeconfig', state: 'Ready' });
    expect(entry.info).toContain('Kubernetes v1.');
    expect(operator.process.pid).toBe(pid);
    await waitForMemberEvent(fleet.hub, 'MemberRegistered', 'member-a (kubeconfig#member-a)');
    const labels = { provider: 'kubeconfig', state: 'Ready' };
    expect(await metricValue(operator.metricsUrl, 'wheelwright_members', labels)).toBe(1);
  });

  test('of another label, value, namespace or key is none, and the last is told of', async () => {
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
    await operator.process.waitForLog('the Secret without a kubeconfig', ({ problem }) =>
      String(problem).includes(`Secret ${fleetNamespace}/keyless has no kubeconfig`),
    );
    expect(Object.keys(await memberStatuses(fleet.hub))).toEqual(['member-a']);
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
    await using history = await watchStates('member-a');
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
    expect(history.states).toEqual(new Set(['Ready']));
    expect(connected()).toBe(news + 1);
    await put('member-a', memberKubeconfig(first));
    await waitForMember(fleet.hub, 'member-a', ({ info = '' }) => !info.includes('Its credential ends at'));
    expect(history.states).toEqual(new Set(['Ready']));
  });
});

/** Every state that the status tells of a member, from now on. */
async function watchStates(
  member: string,
): Promise<AsyncDisposable & { readonly states: ReadonlySet<string | undefined> }> {
  const client = await clusterClient(fleet.bed.hub.kubeconfig, 'hub');
  const states = new Set<string | undefined>();
  const over = new AbortController();
  const watching = client.watch(
    resources.kedifyConfigurations,
    { namespace: fleetNamespace, sendInitialEvents: true },
    ({ type, object }) => {
      if (type !== 'BOOKMARK') states.add(clustersOf(object as unknown as KubeObject)[member]?.state);
    },
    over.signal,
  );
  return {
    states,
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await watching.catch(() => undefined);
      await client.close();
    },
  };
}
