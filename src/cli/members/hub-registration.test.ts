import { describe, expect, it } from 'vitest';
import { fakeKubeClient } from '../testing/fake-kube-client.ts';
import { chosenProvider } from './chosen-provider.ts';
import { type HubRegistration, memberSecret, providersOf, readRegistration } from './hub-registration.ts';
import type { Spelling } from './member-flags.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { isRegistered } from './registration.ts';

const own = { uid: 'u', resourceVersion: '1' };

describe('where a member is registered', () => {
  it.each<
    [
      asked: RegistrationProvider | undefined,
      registration: HubRegistration,
      spelling: Spelling,
      chosen: RegistrationProvider,
    ]
  >([
    [undefined, { own: 'absent', bundled: 'absent' }, 'own', 'kubeconfig'],
    [undefined, { own: 'absent', bundled: 'without' }, 'own', 'kubeconfig'],
    [undefined, { own: 'absent', bundled: 'absent' }, 'compat', 'kubeconfig'],
    [undefined, { own: 'absent', bundled: 'without' }, 'compat', 'file'],
    [undefined, { own, bundled: 'without' }, 'compat', 'kubeconfig'],
    [undefined, { own: 'absent', bundled: 'with' }, 'own', 'file'],
    ['file', { own, bundled: 'without' }, 'own', 'file'],
    ['kubeconfig', { own: 'absent', bundled: 'with' }, 'compat', 'kubeconfig'],
  ])('asked for %s with %j by our or their name (%s) it is %s', (asked, registration, spelling, chosen) => {
    expect(chosenProvider(asked, registration, spelling)).toBe(chosen);
  });

  it('is read from both places, and a Secret without the label is nobody', async () => {
    const labelled = memberSecret('keda', 'a', 'eA==');
    const bundled = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'keda', name: 'kedify-agent-multicluster-kubeconfigs' },
      data: { 'a-cluster.kubeconfig': 'eA==' },
    };
    const foreign = { ...labelled, metadata: { namespace: 'keda', name: 'b', labels: {} } };
    const client = fakeKubeClient({ cluster: 'hub', objects: [labelled, bundled, foreign] });
    const read = async (name: string, namespace = 'keda') =>
      readRegistration(client, { namespace, name }, new AbortController().signal);
    expect(providersOf(await read('a'))).toEqual(['kubeconfig', 'file']);
    expect(await read('b')).toEqual({ own: 'foreign', bundled: 'without' });
    expect(await read('a', 'other')).toEqual({ own: 'absent', bundled: 'absent' });
  });
});

describe('the member that is waited for', () => {
  const entry = {
    state: 'Ready',
    info: '',
    credential: undefined,
    isDrained: false,
    configuration: { namespace: 'keda', name: 'k' },
  };
  const masked = 'file#/etc/mc/a-cluster.kubeconfig+kedify-agent@a';

  it.each<[name: string, id: string, provider: string, wanted: RegistrationProvider, meant: boolean]>([
    ['a', 'a', 'kubeconfig', 'kubeconfig', true],
    ['a', 'a', 'kubeconfig', 'file', false],
    ['a', '/etc/mc/a-cluster.kubeconfig+kedify-agent@a', 'file', 'file', true],
    [masked, masked.slice(5), 'file', 'file', true],
    [masked, masked.slice(5), 'file', 'kubeconfig', false],
    ['kubeconfig#a', 'a', 'kubeconfig', 'kubeconfig', true],
    ['b', 'b', 'kubeconfig', 'kubeconfig', false],
    ['file#/x+kedify-agent@ba', '/x+kedify-agent@ba', 'file', 'file', false],
  ])('%s (%s, %s) is the one of provider %s: %s', (name, id, provider, wanted, meant) => {
    expect(isRegistered({ ...entry, name, id, provider }, { name: 'a', provider: wanted })).toBe(meant);
  });
});
