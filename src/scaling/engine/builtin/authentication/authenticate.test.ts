import { beforeEach, describe, expect, it } from 'vitest';
import type { DistributedScaledObject, GroupVersionKind } from '../../../../api/index.ts';
import { type KubeClient, NoMatchError } from '../../../../kube/index.ts';
import { FakeClock } from '../../../../../test/support/memory-hub.ts';
import { configMap } from '../testing/engine-world.ts';
import { ScaleHub } from '../testing/scale-hub.ts';
import { HubObjects } from '../triggers/hub-objects.ts';
import { TriggerError } from '../triggers/trigger.ts';
import { authenticate, type Authenticated } from './authenticate.ts';
import { workloadTemplate } from './workload-template.ts';

const { signal } = new AbortController();
let hub: ScaleHub;
let isServed: boolean;
let fromHub: boolean;

beforeEach(() => {
  hub = new ScaleHub();
  isServed = true;
  fromHub = false;
});

function secret(namespace: string, name: string, data: Readonly<Record<string, string>>): void {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  hub.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data: Object.fromEntries(encoded),
  });
}

function given(spec: Readonly<Record<string, unknown>>, kind = 'TriggerAuthentication'): void {
  const namespace = kind === 'TriggerAuthentication' ? { namespace: 'shop' } : {};
  hub.put({ apiVersion: 'keda.sh/v1alpha1', kind, metadata: { ...namespace, name: 'auth' }, spec });
}

async function parameters(kind?: string): Promise<Readonly<Record<string, string>>> {
  return (await authenticated(kind)).parameters;
}

function authenticated(kind?: string): Promise<Authenticated> {
  const client = {
    ...hub.client,
    resourceFor: async ({ group, version, kind }: GroupVersionKind) => {
      if (isServed) return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: true };
      throw new NoMatchError({ cluster: 'hub', verb: 'discover', resource: kind }, { message: 'no' });
    },
  } as unknown as KubeClient;
  const services = {
    client,
    objects: new HubObjects(client, new FakeClock()),
    clusterNamespace: 'operators',
  };
  const object = {
    metadata: { namespace: 'shop', name: 'web' },
    spec: { workload: { fromHub }, scaledObjectSpec: { scaleTargetRef: { name: 'web' } } },
  } as unknown as DistributedScaledObject;
  const templateOf = (until: AbortSignal) => workloadTemplate(object, client, until);
  return authenticate(
    { name: 'auth', kind },
    { place: 'triggers[1]', namespace: 'shop', templateOf },
    services,
    signal,
  );
}

/** The workload of the hub. */
function workload(...containers: readonly object[]): void {
  fromHub = true;
  hub.put({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { template: { spec: { containers } } },
  });
}

describe('an authentication', () => {
  it('takes parameters from ConfigMaps and Secrets, and Secrets win', async () => {
    hub.put(configMap('names', { user: 'ada', both: 'plain' }));
    secret('shop', 'keys', { password: 'hunter2', both: 'hidden' });
    given({
      configMapTargetRef: [
        { parameter: 'username', name: 'names', key: 'user' },
        { parameter: 'both', name: 'names', key: 'both' },
      ],
      secretTargetRef: [
        { parameter: 'password', name: 'keys', key: 'password' },
        { parameter: 'both', name: 'keys', key: 'both' },
      ],
    });
    expect(await parameters()).toEqual({ username: 'ada', password: 'hunter2', both: 'hidden' });
  });

  it('of the whole cluster takes them from the namespace of the operator', async () => {
    secret('operators', 'keys', { token: 't' });
    secret('shop', 'keys', { token: 'wrong' });
    given(
      { secretTargetRef: [{ parameter: 'token', name: 'keys', key: 'token' }] },
      'ClusterTriggerAuthentication',
    );
    expect(await parameters('ClusterTriggerAuthentication')).toEqual({ token: 't' });
  });

  it.each<[string, Readonly<Record<string, unknown>> | undefined, string]>([
    ['that does not exist', undefined, 'the TriggerAuthentication shop/auth of triggers[1] does not exist'],
    ['with an identity of the cloud', { podIdentity: { provider: 'aws' } }, 'uses podIdentity'],
    ['with a vault', { hashiCorpVault: { address: 'x' } }, 'uses hashiCorpVault'],
    [
      'without its Secret',
      { secretTargetRef: [{ parameter: 'a', name: 'gone', key: 'k' }] },
      'needs the Secret shop/gone, which does not exist',
    ],
    [
      'without its key',
      { configMapTargetRef: [{ parameter: 'a', name: 'names', key: 'k' }] },
      "needs the key 'k' of the ConfigMap shop/names",
    ],
    ['that is none', { secretTargetRef: 'keys' }, 'not understood'],
  ])('%s is told', async (_what, spec, message) => {
    hub.put(configMap('names', { user: 'ada' }));
    if (spec !== undefined) given(spec);
    await expect(parameters()).rejects.toThrow(TriggerError);
    await expect(parameters()).rejects.toThrow(message);
  });

  it('leaves out variables of a workload that the hub does not have, and says which nothing else gives', async () => {
    secret('shop', 'keys', { token: 't' });
    given({
      env: [
        { parameter: 'user', name: 'USER' },
        { parameter: 'token', name: 'TOKEN', containerName: 'main' },
      ],
      secretTargetRef: [{ parameter: 'token', name: 'keys', key: 'token' }],
    });
    expect(await authenticated()).toEqual({
      parameters: { token: 't' },
      leftOut: [{ parameter: 'user', why: expect.stringContaining('fromHub is not true') as string }],
    });
  });

  it('takes variables from the workload of the hub, of the container that it names', async () => {
    secret('shop', 'words', { open: 'sesame' });
    hub.put(configMap('names', { USER: 'ada' }));
    workload(
      { name: 'main', envFrom: [{ configMapRef: { name: 'names' } }] },
      { name: 'side', env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'words', key: 'open' } } }] },
    );
    given({
      env: [
        { parameter: 'username', name: 'USER' },
        { parameter: 'password', name: 'TOKEN', containerName: 'side' },
      ],
    });
    expect(await authenticated()).toEqual({
      parameters: { username: 'ada', password: 'sesame' },
      leftOut: [],
    });
  });

  it('of the whole cluster takes what pods read from the namespace of the workload', async () => {
    secret('shop', 'words', { open: 'sesame' });
    secret('operators', 'words', { open: 'wrong' });
    workload({ name: 'main', envFrom: [{ secretRef: { name: 'words' } }] });
    given({ env: [{ parameter: 'password', name: 'open' }] }, 'ClusterTriggerAuthentication');
    expect(await parameters('ClusterTriggerAuthentication')).toEqual({ password: 'sesame' });
  });

  it('leaves out what is another one in each pod', async () => {
    workload({ env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] });
    given({ env: [{ parameter: 'host', name: 'IP' }] });
    const leftOut = [{ parameter: 'host', why: 'IP is another one in each pod' }];
    expect(await authenticated()).toEqual({ parameters: {}, leftOut });
  });

  it.each<[what: string, containers: readonly object[] | undefined, message: string]>([
    ['workload', undefined, 'the Deployment shop/web of the hub does not exist'],
    ['container', [], 'has no container'],
    ['variable', [{ name: 'main' }], 'has no variable USER'],
    [
      'Secret of the variable',
      [{ env: [{ name: 'USER', valueFrom: { secretKeyRef: { name: 'gone', key: 'k' } } }] }],
      'the Deployment shop/web of the hub needs the Secret gone, which does not exist',
    ],
  ])('without the %s is told', async (_what, containers, message) => {
    fromHub = true;
    if (containers !== undefined) workload(...containers);
    given({ env: [{ parameter: 'user', name: 'USER' }] });
    await expect(parameters()).rejects.toThrow(TriggerError);
    await expect(parameters()).rejects.toThrow(message);
  });

  it('of a kind that the hub does not serve is told', async () => {
    isServed = false;
    await expect(parameters()).rejects.toThrow('the hub does not serve this kind');
  });

  it('needs nothing where an identity of the cloud is none', async () => {
    given({ podIdentity: { provider: 'none' } });
    expect(await parameters()).toEqual({});
  });
});
