import { beforeEach, describe, expect, it } from 'vitest';
import { memberLabel } from '../../clusters/index.ts';
import { type KubeClientOptions, UnreachableError } from '../../kube/index.ts';
import { parseSpokeAccess } from '../../operator/index.ts';
import { readFleetFacts } from '../status/fleet-facts.ts';
import { fleetStatus } from '../status/fleet-status.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { fakeKubeClient } from '../testing/fake-kube-client.ts';
import { installation, lease, now } from '../testing/objects.ts';
import { kedifyConfiguration, reached } from '../testing/scaling-objects.ts';
import { testHost } from '../testing/test-host.ts';
import type { Visited } from './pages/page.ts';
import type { LivePlace } from './pages/page-of.ts';
import { rememberRights } from './remember-rights.ts';
import { visitCluster } from './visit-cluster.ts';

const minutes = 60_000;
/** The check of our user's rights on the hub. */
const hubRights = 'WW1104';
const onHub: LivePlace = { view: 'cluster', name: 'hub' };
const onMember: LivePlace = { view: 'member', namespace: 'keda', name: 'eu-1' };

function memberSecret(server: string) {
  const kubeconfig = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
    users: [{ name: 'u', user: { token: 'a-token' } }],
  });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'keda', name: 'eu-1', labels: { [memberLabel]: 'true' } },
    data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
  };
}

/** A fleet that somebody with few rights looks at, and what its servers are asked. */
class AskedFleet {
  readonly asked = { rights: 0, self: 0 };
  readonly #secret = memberSecret('https://eu-1.example.com:6443');
  readonly #objects = [
    lease('serving'),
    this.#secret,
    kedifyConfiguration({ 'eu-1': reached('kubeconfig#eu-1') }),
    installation('knative-eventing/local', { kind: 'KnativeEventing' }),
  ];
  allowed = false;
  username = 'a-member-account';
  broken = false;
  readonly #answers = {
    allows: () => this.allowed,
    fails: ({ verb, resource }: { readonly verb: string; readonly resource: string }) => {
      if (verb !== 'create') return undefined;
      const isAboutRights = resource.startsWith('selfsubjectaccessreviews');
      this.asked[isAboutRights ? 'rights' : 'self']++;
      return this.broken && isAboutRights
        ? new UnreachableError({ cluster: 'any', verb, resource }, 'Timeout', 'connect ETIMEDOUT')
        : undefined;
    },
  };
  readonly #hub = fakeHub({ objects: this.#objects, ...this.#answers });
  readonly clock = this.#hub.clock;

  moveMember(server: string): void {
    this.#secret.data = memberSecret(server).data;
  }

  /** What one open page does again and again. */
  async reader(): Promise<(place: LivePlace) => Promise<Visited>> {
    const { clock } = this;
    const hub = await this.#hub.open({}, testHost(), { clock });
    const { signal } = new AbortController();
    const facts = await readFleetFacts(hub, { clock, signal });
    const known = { facts, fleet: fleetStatus(facts, now) };
    const remembering = rememberRights({
      hub,
      clock,
      access: parseSpokeAccess({}),
      providerFile: undefined,
      host: testHost(),
      version: '0.1.0',
      look: async () => ({ expiresAt: now + 1e10, issuer: 'Fleet CA', names: ['eu-1.example.com'] }),
      connect: ({ cluster }: KubeClientOptions) =>
        fakeKubeClient({ cluster, username: this.username, ...this.#answers }),
    });
    return (place) => visitCluster(place, known, remembering, signal);
  }
}

function foundOf({ checks }: Visited, code: string): unknown {
  return checks.state === 'answered'
    ? checks.value.findings.find((finding) => finding.code === code)?.result
    : checks.state;
}

describe('an open page', () => {
  let fleet: AskedFleet;

  beforeEach(() => {
    fleet = new AskedFleet();
  });

  it.each([
    ['the hub', onHub, 100],
    ['a member', onMember, 10],
  ])('asks %s about rights once in five minutes, and who it is each time', async (_, place, least) => {
    const visit = await fleet.reader();
    await visit(place);
    const once = fleet.asked.rights;
    expect(once).toBeGreaterThan(least);
    await fleet.clock.advance(15_000);
    await visit(place);
    await fleet.clock.advance(5 * minutes - 15_001);
    await visit(place);
    expect(fleet.asked).toEqual({ rights: once, self: 3 });
    await fleet.clock.advance(1);
    await visit(place);
    expect(fleet.asked).toEqual({ rights: 2 * once, self: 4 });
  });

  it('finds the same as before, until it asks again', async () => {
    const visit = await fleet.reader();
    expect(foundOf(await visit(onHub), hubRights)).toBe('failed');
    fleet.allowed = true;
    expect(foundOf(await visit(onHub), hubRights)).toBe('failed');
    await fleet.clock.advance(5 * minutes);
    expect(foundOf(await visit(onHub), hubRights)).toBe('ok');
  });

  it('asks anew where it is loaded again', async () => {
    const visit = await fleet.reader();
    await visit(onHub);
    fleet.allowed = true;
    const again = await fleet.reader();
    expect(foundOf(await again(onHub), hubRights)).toBe('ok');
  });

  it('asks the server that a cluster has moved to', async () => {
    const visit = await fleet.reader();
    await visit(onMember);
    const once = fleet.asked.rights;
    fleet.moveMember('https://new.example.com:6443');
    await visit(onMember);
    expect(fleet.asked.rights).toBe(2 * once);
  });

  it('asks for somebody else when the server takes us for that one', async () => {
    const visit = await fleet.reader();
    await visit(onMember);
    const once = fleet.asked.rights;
    fleet.username = 'another-account';
    await visit(onMember);
    await visit(onMember);
    expect(fleet.asked.rights).toBe(2 * once);
  });

  it('remembers no failure', async () => {
    const visit = await fleet.reader();
    fleet.broken = true;
    expect(foundOf(await visit(onHub), hubRights)).not.toBe('ok');
    fleet.broken = false;
    fleet.allowed = true;
    expect(foundOf(await visit(onHub), hubRights)).toBe('ok');
  });
});
