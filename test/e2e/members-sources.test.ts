import { join } from 'node:path';
import { dump } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import {
  clustersOf,
  configuration,
  Fleet,
  fleetNamespace,
  memberEvents,
  memberKubeconfig,
  memberSecret,
  memberStatuses,
  metricValue,
  prepareMember,
  type RunningOperator,
  waitForMember,
  waitForMemberEvent,
  waitForNoMember,
} from '../fleet/index.ts';
import { MountedDirectory } from '../support/mounted-directory.ts';

let fleet: Fleet;
let operator: RunningOperator;
let mounted: MountedDirectory;
let first: Awaited<ReturnType<typeof prepareMember>>;
let second: Awaited<ReturnType<typeof prepareMember>>;

const controllers = ['kube-controller-manager'] as const;
const fileA = 'member-a-cluster.kubeconfig';
const fileB = 'member-b-cluster.kubeconfig';

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: [{ controllers }, { controllers }] });
  first = await prepareMember(fleet.spoke(0).cluster, 'member-a');
  second = await prepareMember(fleet.spoke(1).cluster, 'member-b');
  mounted = await MountedDirectory.create(join(fleet.bed.directory, 'kubeconfigs'));
  operator = await fleet.startOperator({
    flags: ['--enable-dso=true', `--kubeconfig-dir=${mounted.path}`, '--hub-member=home'],
  });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function localIn(file: string, member: string): string {
  return `${mounted.path}/${file}+kedify-agent@${member}`;
}

test('the hub is a member where it is given a name', async () => {
  const entry = await waitForMember(fleet.hub, 'home');
  expect(entry).toMatchObject({ id: 'home', provider: 'hub', state: 'Ready' });
});

describe('a mounted kubeconfig', () => {
  test('makes a member beside those of Secrets, called by what follows the @ in its context', async () => {
    await fleet.put(resources.secrets, memberSecret('member-a', memberKubeconfig(first)));
    await mounted.write({ [fileB]: memberKubeconfig(second), 'README.txt': 'not a kubeconfig' });
    const entry = await waitForMember(fleet.hub, 'member-b');
    expect(entry).toMatchObject({ id: localIn(fileB, 'member-b'), provider: 'file' });
    expect(await waitForMember(fleet.hub, 'member-a')).toMatchObject({ provider: 'kubeconfig' });
    const labels = { provider: 'file', state: 'Ready' };
    expect(await metricValue(operator.metricsUrl, 'wheelwright_members', labels)).toBe(1);
  });

  test('with several contexts makes a member of each, and a broken one hurts no other', async () => {
    const cluster = { server: second.server, 'certificate-authority-data': second.certificateAuthority };
    const several = dump({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'b', cluster }],
      contexts: ['one', 'two', 'three'].map((name) => ({
        name,
        context: { cluster: name === 'two' ? 'missing' : 'b', user: 'u' },
      })),
      users: [{ name: 'u', user: { token: second.token } }],
    });
    await mounted.write({ [fileB]: memberKubeconfig(second), 'several.kubeconfig': several });
    await waitForMember(fleet.hub, 'one');
    await waitForMember(fleet.hub, 'three');
    const broken = await waitForMember(fleet.hub, 'two', { state: 'NotReady' });
    expect(broken.info).toContain("clusters must contain 'missing'");
    await mounted.write({ [fileB]: memberKubeconfig(second) });
    for (const member of ['one', 'two', 'three']) await waitForNoMember(fleet.hub, member);
    expect(await memberStatuses(fleet.hub)).toMatchObject({ 'member-b': { state: 'Ready' } });
  });

  test('that is cut off leaves in force what it said before', async () => {
    await mounted.write({ [fileB]: memberKubeconfig(second).slice(0, 80) });
    const entry = await waitForMember(fleet.hub, 'member-b', ({ info = '' }) =>
      info.includes('stays in force'),
    );
    expect(entry.state).toBe('Ready');
    await mounted.write({ [fileB]: memberKubeconfig(second) });
    await waitForMember(fleet.hub, 'member-b', ({ info = '' }) => !info.includes('stays in force'));
  });

  test('is drained by an annotation of the object that tells of it', async () => {
    const annotate = (value: string | null): Promise<unknown> =>
      fleet.hub.patch(resources.kedifyConfigurations, configuration, 'merge', {
        metadata: { annotations: { 'drain.wheelwright.dev/member-b': value } },
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

describe('two members of one name', () => {
  const collisions = (): Promise<readonly string[]> => memberEvents(fleet.hub, 'MultiClusterNameCollision');

  test('leave it to the Secret, and the file stays reachable by its id', async () => {
    const both = {
      [fileA]: memberKubeconfig({ ...second, member: 'member-a' }),
      [fileB]: memberKubeconfig(second),
    };
    await mounted.write(both);
    const id = `file#${localIn(fileA, 'member-a')}`;
    const masked = await waitForMember(fleet.hub, id);
    expect(masked).toMatchObject({ id: localIn(fileA, 'member-a'), provider: 'file' });
    expect(masked.info).toContain('masked by kubeconfig#member-a');
    expect(await memberStatuses(fleet.hub)).toMatchObject({ 'member-a': { provider: 'kubeconfig' } });
    const notes = await waitForMemberEvent(fleet.hub, 'MultiClusterNameCollision', 'member-a');
    expect(notes).toHaveLength(1);
  });

  test('are told once, and leave it to whoever remains', async () => {
    await fleet.hub.delete(resources.secrets, { namespace: fleetNamespace, name: 'member-a' });
    const entry = await waitForMember(fleet.hub, 'member-a', { provider: 'file' });
    expect(entry.info).not.toContain('masked');
    const object = await fleet.hub.get(resources.kedifyConfigurations, configuration);
    expect(Object.keys(clustersOf(object)).sort()).toEqual(['home', 'member-a', 'member-b']);
    expect(await collisions()).toHaveLength(1);
  });
});

describe('a ClusterProfile', () => {
  const label = (value: string | null): Promise<unknown> =>
    fleet.hub.patch(
      resources.clusterProfiles,
      { namespace: fleetNamespace, name: fleet.spoke(0).profile },
      'merge',
      { metadata: { labels: { 'wheelwright.dev/member': value } } },
    );

  test('is a member by its label', async () => {
    const { profile } = fleet.spoke(0);
    await label('true');
    const entry = await waitForMember(fleet.hub, profile);
    expect(entry).toMatchObject({ id: `${fleetNamespace}/${profile}`, provider: 'clusterprofile' });
  });

  test('that is not healthy is out of reach, and says why', async () => {
    const spoke = fleet.spoke(0);
    await fleet.register(spoke, { healthy: 'False' });
    await label('true');
    const entry = await waitForMember(fleet.hub, spoke.profile, { state: 'NotReady' });
    expect(entry.info).toContain('etcd leader lost');
    await fleet.register(spoke);
    await label('true');
    await waitForMember(fleet.hub, spoke.profile);
  });

  test('without its label is none', async () => {
    const { profile } = fleet.spoke(0);
    await label(null);
    await waitForNoMember(fleet.hub, profile);
    expect(await memberStatuses(fleet.hub)).toMatchObject({ home: { state: 'Ready' } });
  });
});
