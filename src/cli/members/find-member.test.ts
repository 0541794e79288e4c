import { describe, expect, it } from 'vitest';
import { fakeKubeClient } from '../testing/fake-kube-client.ts';
import { kedifyConfiguration, reached } from '../testing/scaling-objects.ts';
import { findMember } from './find-member.ts';
import { memberSecret } from './hub-registration.ts';

const file = '/etc/mc/a-cluster.kubeconfig+kedify-agent@a';
/** An annotation could not have it as its name. */
const long = `${'l'.repeat(60)}.${'o'.repeat(60)}`;
const hub = fakeKubeClient({
  cluster: 'hub',
  objects: [
    kedifyConfiguration({
      a: reached('a'),
      [`file#${file}`]: reached(file, { provider: 'file' }),
      b: reached('/etc/mc/b+kedify-agent@b', { provider: 'file' }),
      c: reached('fleet/c-1', { provider: 'clusterprofile' }),
      here: reached('here', { provider: 'hub' }),
      'hub#masked': reached('masked', { provider: 'hub' }),
      [long]: reached(`/etc/mc/d+kedify-agent@${long}`, { provider: 'file' }),
      elsewhere: { ...reached('elsewhere'), provider: 'other' },
    }),
    memberSecret('keda', 'new', 'eA=='),
  ],
});

async function find(reference: string, client = hub) {
  const { member, resource, object, annotation } = await findMember(
    client,
    { namespace: 'keda', reference },
    new AbortController().signal,
  );
  return `${member.name}: ${annotation} of ${resource.kind} ${object.namespace}/${object.name}`;
}

describe('what drains a member', () => {
  it.each([
    ['a', 'a: wheelwright.dev/drain of Secret keda/a'],
    ['kubeconfig#a', 'a: wheelwright.dev/drain of Secret keda/a'],
    ['b', 'b: drain.wheelwright.dev/b of KedifyConfiguration keda/kedify'],
    ['/etc/mc/b+kedify-agent@b', 'b: drain.wheelwright.dev/b of KedifyConfiguration keda/kedify'],
    ['c', 'c: wheelwright.dev/drain of ClusterProfile fleet/c-1'],
    ['clusterprofile#fleet/c-1', 'c: wheelwright.dev/drain of ClusterProfile fleet/c-1'],
    ['fleet/c-1', 'c: wheelwright.dev/drain of ClusterProfile fleet/c-1'],
    ['here', 'here: drain.wheelwright.dev/here of KedifyConfiguration keda/kedify'],
    ['hub#here', 'here: drain.wheelwright.dev/here of KedifyConfiguration keda/kedify'],
    ['new', 'new: wheelwright.dev/drain of Secret keda/new'],
  ])('called %s is %s', async (reference, expected) => {
    expect(await find(reference)).toBe(expected);
  });

  it.each([
    [`file#${file}`, 'cannot be drained as a whole: another member has its name.'],
    ['hub#masked', 'cannot be drained as a whole: another member has its name.'],
    ['elsewhere', 'cannot be drained as a whole: there is no object of the hub that it comes from.'],
    ['nobody', "There is no member 'nobody' in namespace keda of this hub."],
  ])('called %s is refused', async (reference, says) => {
    await expect(find(reference)).rejects.toThrow(says);
  });

  it('has an annotation that the API takes, however long the alias is', async () => {
    const found = await findMember(hub, { namespace: 'keda', reference: long }, new AbortController().signal);
    expect(found).toMatchObject({ value: long, resource: { kind: 'KedifyConfiguration' } });
    expect(found.annotation).toMatch(/^drain\.wheelwright\.dev\/[a-z0-9][-a-z0-9.]{0,61}[a-z0-9]$/);
  });

  it('is not guessed where a reference fits several', async () => {
    const clusters = {
      'clusterprofile#fleet/a': reached('fleet/a', { provider: 'clusterprofile' }),
      'file#fleet/a': reached('fleet/a', { provider: 'file' }),
    };
    const client = fakeKubeClient({ cluster: 'hub', objects: [kedifyConfiguration(clusters)] });
    await expect(find('fleet/a', client)).rejects.toThrow(
      "'fleet/a' may mean several members: clusterprofile#fleet/a, file#fleet/a.",
    );
    expect(await find('clusterprofile#fleet/a', client)).toContain('of ClusterProfile fleet/a');
  });

  it('is found where nobody tells of members yet', async () => {
    const objects = [memberSecret('keda', 'new', 'eA==')];
    const young = fakeKubeClient({ cluster: 'hub', objects, without: ['KedifyConfiguration'] });
    expect(await find('new', young)).toBe('new: wheelwright.dev/drain of Secret keda/new');
  });
});
