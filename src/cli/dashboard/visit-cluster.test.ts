import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { memberLabel } from '../../clusters/index.ts';
import { type KubeClientOptions, UnreachableError } from '../../kube/index.ts';
import { parseSpokeAccess } from '../../operator/index.ts';
import { readFleetFacts } from '../status/fleet-facts.ts';
import { fleetStatus } from '../status/fleet-status.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { fakeKubeClient, type FakeKubeClientOptions } from '../testing/fake-kube-client.ts';
import { clusterProfile, installation, lease, now, secret } from '../testing/objects.ts';
import { kedifyConfiguration, reached } from '../testing/scaling-objects.ts';
import { testHost } from '../testing/test-host.ts';
import type { Visited } from './pages/page.ts';
import { readPlace } from './place.ts';
import { visitCluster } from './visit-cluster.ts';

const providers = fileURLToPath(new URL('../check/testing/providers.json', import.meta.url));
const token = `secret-${'x'.repeat(30)}`;
const fleet: readonly KubeObject[] = [
  lease('serving'),
  clusterProfile('fleet/eu-1'),
  secret('wheelwright/eu-1', token),
  installation('knative-serving/kn', { on: 'fleet/eu-1' }),
  installation('knative-eventing/local', { kind: 'KnativeEventing' }),
];

function anchor(namespace: string, name: string, inventory: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, uid: name },
    data: { inventory },
  };
}

const kubeconfig = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster: { server: 'https://eu-1.example.com:6443' } }],
  contexts: [{ name: 'kedify-agent@eu-1', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'kedify-agent@eu-1',
  users: [{ name: 'u', user: { token } }],
});
const memberSecret: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'keda', name: 'eu-1', labels: { [memberLabel]: 'true' } },
  data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
};

interface World {
  readonly providerFile?: string | undefined;
  readonly hub?: readonly KubeObject[];
  readonly spoke?: Omit<FakeKubeClientOptions, 'cluster'>;
}

/** What is seen of an address, and whether everything was closed again. */
async function visit(
  address: string,
  { providerFile, hub: more = [], spoke = {} }: World = {},
): Promise<Visited & { readonly closed: boolean }> {
  const { open, clock } = fakeHub({ objects: [...fleet, ...more] });
  const hub = await open({}, testHost(), { clock });
  const { signal } = new AbortController();
  const facts = await readFleetFacts(hub, { clock, signal });
  const place = readPlace(address);
  if (place === undefined || place.view === 'simulation') throw new Error(`no place of a page: ${address}`);
  const connected: { readonly closed: () => boolean }[] = [];
  const options = {
    hub,
    clock,
    access: parseSpokeAccess({}),
    providerFile,
    host: testHost(),
    version: '0.1.0',
    look: async () => ({ expiresAt: now + 1e10, issuer: 'Fleet CA', names: ['api.example.com'] }),
    connect: ({ cluster }: KubeClientOptions) => {
      const client = fakeKubeClient({ cluster, ...spoke });
      connected.push(client);
      return client;
    },
  };
  const seen = await visitCluster(place, { facts, fleet: fleetStatus(facts, now) }, options, signal);
  return { ...seen, closed: connected.length > 0 && connected.every((one) => one.closed()) };
}

describe('a visit to a cluster', () => {
  it('checks it as check does, and closes what it opened', async () => {
    const { checks, inventory, closed } = await visit('/clusters/fleet/eu-1', { providerFile: providers });
    expect(checks).toMatchObject({
      state: 'answered',
      value: { scope: 'cluster', subject: 'fleet/eu-1', about: expect.stringContaining('seen from ') },
    });
    const results = checks.state === 'answered' ? checks.value.findings.map(({ result }) => result) : [];
    expect(results.filter((result) => result === 'ok').length).toBeGreaterThan(5);
    expect(inventory).toMatchObject({ state: 'notAsked', lackedHere: false });
    expect(JSON.stringify(checks)).not.toContain(token);
    expect(closed).toBe(true);
  });

  it('checks the hub with what the hub alone tells', async () => {
    const { checks } = await visit('/clusters/hub');
    expect(checks).toMatchObject({ state: 'answered', value: { scope: 'hub', subject: 'prod-hub' } });
  });

  it.each([
    ['/serving/knative-serving/kn', providers, 'hub-less'],
    ['/eventing/knative-eventing/local', undefined, 'hub'],
  ])('sees what %s has on its cluster', async (address, providerFile, where) => {
    const [namespace, name] =
      where === 'hub'
        ? ['knative-eventing', 'knativeeventing-local-inventory']
        : ['knative-serving', 'knativeserving-kn-root-owner'];
    const lost = anchor(namespace, name, `v1 ConfigMap ${namespace}/lost 000000000000 000000000000`);
    const world = where === 'hub' ? { hub: [lost] } : { providerFile, spoke: { objects: [lost] } };
    const { inventory } = await visit(address, world);
    expect(inventory).toMatchObject({
      state: 'answered',
      value: {
        anchor: 'own',
        objects: [{ identity: { kind: 'ConfigMap', name: 'lost' }, state: 'missing' }],
      },
    });
  });

  it('says what it lacks, and what went wrong', async () => {
    const lacking = await visit('/serving/knative-serving/kn');
    expect(lacking.inventory).toEqual({ state: 'notAsked', needs: '--provider-file', lackedHere: true });
    const { inventory, closed } = await visit('/serving/knative-serving/kn', {
      providerFile: providers,
      spoke: { fails: (call) => new UnreachableError(call, 'Timeout', 'connect ETIMEDOUT 10.4.0.1:6443') },
    });
    expect(inventory).toMatchObject({ state: 'failed' });
    const message = inventory.state === 'failed' ? inventory.error.message : '';
    expect(message).toContain('ETIMEDOUT 10.4.0.1:6443');
    expect(message).not.toContain(token);
    expect(closed).toBe(true);
  });

  it('checks a member by its kubeconfig or its profile, and says of others that they have neither', async () => {
    const members = kedifyConfiguration({
      'eu-1': reached('kubeconfig#eu-1'),
      'us-2': reached('clusterprofile#fleet/eu-1', { provider: 'clusterprofile' }),
      here: reached('local#here', { provider: 'local' }),
    });
    const { checks, closed } = await visit('/members/keda/eu-1', { hub: [members, memberSecret] });
    expect(checks).toMatchObject({ state: 'answered', value: { scope: 'member', subject: 'member/eu-1' } });
    const results = checks.state === 'answered' ? checks.value.findings.map(({ result }) => result) : [];
    expect(results.filter((result) => result === 'ok').length).toBeGreaterThan(3);
    expect(JSON.stringify(checks)).not.toContain(token);
    expect(closed).toBe(true);
    const ofProfile = await visit('/members/keda/us-2', { hub: [members], providerFile: providers });
    expect(ofProfile.checks).toMatchObject({ value: { scope: 'cluster', subject: 'fleet/eu-1' } });
    const local = await visit('/members/keda/here', { hub: [members] });
    expect(local.checks).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('it has neither') as string },
    });
  });

  it.each(['/', '/dso/shop/checkout'])('is not made for %s', async (address) => {
    const { checks, inventory } = await visit(address, { providerFile: providers });
    expect([checks.state, inventory.state]).toEqual(['notAsked', 'notAsked']);
  });
});
