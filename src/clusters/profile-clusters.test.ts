import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type CredentialSource, fixedCredential } from '../kube/index.ts';
import {
  AccessError,
  type AccessProvider,
  createServerPolicy,
  type CredentialHooks,
  readClusterProfile,
  type ResolvedAccess,
} from './access/index.ts';
import { ConnectionReplacedError } from './connection.ts';
import { ProfileClusters } from './profile-clusters.ts';
import type { ProfileLookup } from './profile-source.ts';
import { FakeServer, refused, unauthorized } from './testing/fake-cluster-client.ts';

const reference = { namespace: 'fleet', name: 'ap-1' };
const key = 'fleet/ap-1';

function provider(name: string, args: readonly string[] = []): AccessProvider {
  return {
    name,
    exec: {
      type: 'plugin',
      command: '/plugins/p',
      args,
      env: [],
      apiVersion: 'client.authentication.k8s.io/v1',
      provideClusterInfo: false,
      installHint: undefined,
    },
    argsPolicy: 'Ignore',
    envPolicy: 'Ignore',
  };
}

interface ProfileChanges {
  readonly uid?: string;
  readonly server?: string;
  readonly healthy?: string;
  readonly offers?: string;
  readonly time?: string;
}

function profile({
  uid = 'uid-1',
  server = 'https://ap-1:6443',
  healthy = 'True',
  offers = 'tokens',
  time = '2026-01-01T00:00:00Z',
}: ProfileChanges = {}): ProfileLookup {
  const conditions = [{ type: 'ControlPlaneHealthy', status: healthy, lastTransitionTime: time }];
  return {
    found: 'profile',
    profile: readClusterProfile({
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
      kind: 'ClusterProfile',
      metadata: { ...reference, uid },
      status: { conditions, accessProviders: [{ name: offers, cluster: { server } }] },
    }),
  };
}

class Fixture {
  readonly clock = new ManualClock();
  readonly server = new FakeServer();
  /** Keys that were told to look again. */
  readonly told: string[] = [];
  readonly expiries: (number | undefined)[] = [];
  readonly credentials: { access: ResolvedAccess; hooks: CredentialHooks; closed: boolean }[] = [];
  lookup: ProfileLookup = profile();
  providers: readonly AccessProvider[] | undefined = [provider('tokens')];
  credentialError: AccessError | undefined;
  readonly clusters = new ProfileClusters({
    lookup: () => this.lookup,
    providers: () => this.providers,
    serverPolicy: createServerPolicy(),
    credentialsFor: (access, _profile, hooks) => this.#credentialsFor(access, hooks),
    connectClient: this.server.connect,
    clock: this.clock,
    random: () => 0,
    onChange: (changed) => this.told.push(changed),
    onCredentialExpiry: (_key, expiresAt) => this.expiries.push(expiresAt),
  });

  constructor() {
    onTestFinished(async () => {
      await this.clusters.close();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
      equal(this.server.open, 0);
    });
  }

  async resolve(user = 'one', ignoreHealth = false) {
    const target = await this.clusters.resolve(reference, { user, ignoreHealth });
    await this.clock.advance(0);
    return target;
  }

  /** What a failed resolution says. */
  async failure(): Promise<string> {
    const target = await this.resolve();
    if (target.resolved) return 'resolved';
    return `${'connecting' in target ? 'connecting' : target.reason}: ${target.message}`;
  }

  async connected() {
    const target = await this.resolve();
    if (!target.resolved) throw new Error(target.message);
    return target.cluster;
  }

  #credentialsFor(access: ResolvedAccess, hooks: CredentialHooks): CredentialSource {
    if (this.credentialError !== undefined) throw this.credentialError;
    const made = { access, hooks, closed: false };
    this.credentials.push(made);
    return { ...fixedCredential({ token: 't' }), close: () => void (made.closed = true) };
  }
}

test('a reference resolves to the connected cluster and the provider that led to it', async () => {
  const fixture = new Fixture();
  expect(await fixture.resolve()).toMatchObject({
    resolved: true,
    provider: 'tokens',
    cluster: { id: 'clusterprofile#fleet/ap-1', name: key },
  });
  expect(fixture.told).toEqual([key]);
  expect([...fixture.clusters.engaged()]).toMatchObject([
    { key, provider: 'tokens', state: { phase: 'connected' } },
  ]);
});

const broken = new AccessError('ConfigInvalid', 'status.conditions must be an array');

test.each<[string, (fixture: Fixture) => void, string]>([
  [
    'there is no provider file',
    (fixture) => (fixture.providers = undefined),
    'AccessProviderNotConfigured: cluster provider not configured; set --clusterprofile-provider-file.',
  ],
  [
    'profiles cannot be read',
    (fixture) => (fixture.lookup = { found: 'unknown', why: 'forbidden' }),
    'ClusterProfileUnavailable: failed to get ClusterProfile fleet/ap-1: forbidden.',
  ],
  [
    'there is no profile',
    (fixture) => (fixture.lookup = { found: 'nothing' }),
    'ClusterProfileNotFound: failed to get ClusterProfile fleet/ap-1: no such object.',
  ],
  [
    'the profile makes no sense',
    (fixture) => (fixture.lookup = { found: 'unreadable', error: broken }),
    'AccessProviderFailed: failed to build config from ClusterProfile fleet/ap-1: status.conditions must be',
  ],
  [
    'the cluster is not healthy',
    (fixture) => (fixture.lookup = profile({ healthy: 'False' })),
    'ClusterProfileNotReady: ClusterProfile fleet/ap-1 is not ready: ControlPlaneHealthy is False',
  ],
  [
    'no offered provider is configured',
    (fixture) => (fixture.providers = [provider('others')]),
    'MulticlusterDisabled: failed to build config from ClusterProfile fleet/ap-1: its access providers [tokens] are none of the configured [others].',
  ],
  [
    'its server may not be dialled',
    (fixture) => (fixture.lookup = profile({ server: 'http://ap-1' })),
    'AccessProviderFailed: failed to build config from ClusterProfile fleet/ap-1: server must begin with https://',
  ],
  [
    'its server is not filled in yet',
    (fixture) => (fixture.lookup = profile({ server: '' })),
    'ClusterProfileNotReady: ClusterProfile fleet/ap-1 is not ready: its cluster manager has not filled in',
  ],
  [
    'its credentials cannot be set up',
    (fixture) => (fixture.credentialError = new AccessError('PolicyDenied', 'the namespace must be fleet')),
    'AccessProviderFailed: failed to build config from ClusterProfile fleet/ap-1: the namespace must be fleet.',
  ],
  [
    'its server does not answer',
    (fixture) => (fixture.server.state = refused),
    'RemoteClientCreationFailed: failed to create remote kube client for ClusterProfile fleet/ap-1: the API server cannot be reached (Refused',
  ],
  [
    'its server refuses the credential',
    (fixture) => (fixture.server.state = unauthorized),
    'RemoteClientCreationFailed: failed to create remote kube client for ClusterProfile fleet/ap-1: the API server refuses the credential (Unauthorized).',
  ],
])('where %s, that is what a resolution says', async (_what, happen, says) => {
  const fixture = new Fixture();
  happen(fixture);
  expect(await fixture.failure()).toContain(says);
});

test('whoever cleans up is led to a cluster that is not healthy as well', async () => {
  const fixture = new Fixture();
  fixture.lookup = profile({ healthy: 'False' });
  expect(await fixture.resolve('one', true)).toMatchObject({ resolved: true });
});

test('a heartbeat, and a cluster that is not healthy for a while, cost no connection', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  for (const change of [{ time: '2026-01-02T00:00:00Z' }, { healthy: 'False' }, {}]) {
    fixture.lookup = profile(change);
    fixture.clusters.profileChanged(key);
    await fixture.resolve();
  }
  expect(await fixture.connected()).toBe(cluster);
  expect(fixture.credentials).toHaveLength(1);
});

const changes: readonly [string, (fixture: Fixture) => void][] = [
  ['another server', (fixture) => (fixture.lookup = profile({ server: 'https://ap-2' }))],
  ['another configuration of its provider', (fixture) => (fixture.providers = [provider('tokens', ['-v'])])],
];

test.each(changes)(
  '%s is another connection, verified before it is used, and work on the old one gets time to end',
  async (_what, happen) => {
    const fixture = new Fixture();
    fixture.server.uid = 'ap-1';
    const cluster = await fixture.connected();
    fixture.server.state = 'hang';
    happen(fixture);
    const meanwhile = fixture.connected();
    await fixture.clock.advance(1_000);
    expect(await meanwhile).toBe(cluster);
    expect([...fixture.clusters.engaged()]).toMatchObject([{ key, state: { phase: 'connected', cluster } }]);
    expect(cluster.signal.aborted).toBe(false);

    fixture.server.answer();
    await fixture.clock.advance(0);
    expect(fixture.told).toEqual([key, key]);
    const successor = await fixture.connected();
    expect(successor).not.toBe(cluster);
    expect(successor.generation).toBeGreaterThan(cluster.generation);
    expect(cluster.signal.aborted).toBe(false);
    await fixture.clock.advance(30_000);
    expect(cluster.signal.reason).toBeInstanceOf(ConnectionReplacedError);
    expect(fixture.credentials.map(({ closed }) => closed)).toEqual([true, false]);
    expect(fixture.server.open).toBe(1);
    expect(await fixture.connected()).toBe(successor);
  },
);

test.each(changes)(
  '%s that does not work ends the old connection as well, and is told',
  async (_what, happen) => {
    const fixture = new Fixture();
    const cluster = await fixture.connected();
    fixture.server.state = refused;
    happen(fixture);
    expect(await fixture.failure()).toMatch(/^RemoteClientCreationFailed: /);
    expect(cluster.signal.aborted).toBe(true);
  },
);

test('of several changes in a row the last one is verified, while the first connection serves', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  fixture.server.state = 'hang';
  for (const server of ['https://ap-2', 'https://ap-3']) {
    fixture.lookup = profile({ server });
    const meanwhile = fixture.connected();
    await fixture.clock.advance(1_000);
    expect(await meanwhile).toBe(cluster);
  }
  expect(fixture.credentials.map(({ closed }) => closed)).toEqual([false, true, false]);
  fixture.server.answer();
  await fixture.clock.advance(30_000);
  expect(await fixture.connected()).not.toBe(cluster);
  expect(fixture.credentials.map(({ closed }) => closed)).toEqual([true, true, false]);
});

test('a connection that falls silent while its successor is verified serves nobody any more', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  fixture.server.state = 'hang';
  fixture.lookup = profile({ server: 'https://ap-2' });
  const meanwhile = fixture.resolve();
  await fixture.clock.advance(1_000);
  expect(await meanwhile).toMatchObject({ cluster });
  fixture.server.state = refused;
  fixture.clusters.watchFailed(cluster, refused);
  await fixture.clock.advance(1_000);
  expect(cluster.signal.aborted).toBe(true);
  expect(await fixture.failure()).toMatch(/^connecting: /);
});

test('another profile of the same name ends the connection at once', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  fixture.server.state = 'hang';
  fixture.lookup = profile({ uid: 'uid-2' });
  void fixture.resolve();
  expect(cluster.signal.aborted).toBe(true);
  expect(cluster.signal.reason).not.toBeInstanceOf(ConnectionReplacedError);
  expect(fixture.credentials.map(({ closed }) => closed)).toEqual([true, false]);
});

test('a cluster that takes its time is told of as such at once, and is announced when it is there', async () => {
  const fixture = new Fixture();
  fixture.server.state = 'hang';
  const first = fixture.failure();
  await fixture.clock.advance(1_000);
  const pending = 'connecting: Connecting to the cluster of ClusterProfile fleet/ap-1.';
  expect(await first).toBe(pending);
  expect(await fixture.failure()).toBe(pending);
  expect(fixture.server.clients).toBe(1);
  expect(fixture.told).toEqual([]);
  fixture.server.answer();
  await fixture.clock.advance(0);
  expect(fixture.told).toEqual([key]);
  expect(await fixture.failure()).toBe('resolved');
});

test('only so many wait for first connections at a time; others learn at once that theirs is under way', async () => {
  const fixture = new Fixture();
  fixture.server.state = 'hang';
  const waiting = Array.from({ length: 8 }, (_, hole) =>
    fixture.clusters.resolve({ namespace: 'fleet', name: `hole-${hole}` }, { user: 'one' }),
  );
  await fixture.clock.advance(0);
  fixture.server.state = undefined;
  expect(await fixture.failure()).toMatch(/^connecting: /);
  expect(fixture.told).toEqual([key]);
  expect(await fixture.failure()).toBe('resolved');
  await fixture.clock.advance(1_000);
  for (const target of await Promise.all(waiting)) expect(target).toMatchObject({ connecting: true });
});

test.each<[string, (fixture: Fixture) => void]>([
  ['its provider is configured no more', (fixture) => (fixture.providers = [])],
  ['it offers another one', (fixture) => (fixture.lookup = profile({ offers: 'others' }))],
  ['its server may not be dialled', (fixture) => (fixture.lookup = profile({ server: 'http://ap-1' }))],
  ['it makes no sense', (fixture) => (fixture.lookup = { found: 'unreadable', error: broken })],
])(
  'a profile by which nothing may be reached any more, because %s, ends the connection',
  async (_what, happen) => {
    const fixture = new Fixture();
    const cluster = await fixture.connected();
    happen(fixture);
    await fixture.resolve();
    expect(cluster.signal.aborted).toBe(true);
    expect([...fixture.clusters.engaged()]).toEqual([]);
    fixture.lookup = profile();
    fixture.providers = [provider('tokens')];
    expect(await fixture.connected()).not.toBe(cluster);
  },
);

test('a profile that is deleted ends the connection, though nobody asks for it', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  fixture.lookup = { found: 'nothing' };
  fixture.clusters.profileChanged(key);
  expect(cluster.signal.aborted).toBe(true);
});

test('a connection lasts until its last user lets go', async () => {
  const fixture = new Fixture();
  await fixture.resolve('one');
  const cluster = await fixture.connected();
  await fixture.resolve('two');
  fixture.clusters.release(reference, 'one');
  fixture.clusters.release(reference, 'nobody');
  expect(cluster.signal.aborted).toBe(false);
  fixture.clusters.release(reference, 'two');
  expect(cluster.signal.aborted).toBe(true);
  fixture.clusters.release(reference, 'two');
});

test('a cluster that falls silent is stale, then not reached, and everybody is told when it is back', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  fixture.server.state = refused;
  fixture.clusters.watchFailed(cluster, refused);
  await fixture.clock.advance(1_000);
  expect(await fixture.failure()).toMatch(/^RemoteClusterStale: cluster connection is stale: fleet\/ap-1: /);
  await fixture.clock.advance(1_000);
  expect(await fixture.failure()).toMatch(/^RemoteClientCreationFailed: /);
  fixture.server.state = undefined;
  await fixture.clock.advance(2_000);
  expect(await fixture.failure()).toBe('resolved');
  expect(fixture.told).toEqual([key, key, key, key]);
});

test('a watch that failed for another reason says nothing of the cluster', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  const { asked } = fixture.server;
  fixture.clusters.watchFailed(cluster, new Error('broken line'));
  fixture.clusters.watchFailed({ ...cluster, name: 'hub' }, refused);
  await fixture.clock.advance(10_000);
  expect(fixture.server.asked).toBe(asked);
});

test('another credential has a lost cluster tried at once', async () => {
  const fixture = new Fixture();
  fixture.server.state = unauthorized;
  await fixture.resolve();
  fixture.server.state = undefined;
  fixture.credentials[0]?.hooks.changed?.();
  await fixture.clock.advance(0);
  expect(await fixture.failure()).toBe('resolved');
});

test('when a credential ends is passed on', async () => {
  const fixture = new Fixture();
  await fixture.connected();
  fixture.credentials[0]?.hooks.expiry?.(key, 42);
  expect(fixture.expiries).toEqual([42]);
});

test('in shutdown attempts end and nothing new is resolved, while what is connected stays for the work under way', async () => {
  const fixture = new Fixture();
  const cluster = await fixture.connected();
  await fixture.clusters.drain();
  expect(cluster.signal.aborted).toBe(false);
  const closed = 'ClusterProviderClosed: cluster provider closed during shutdown';
  expect(await fixture.failure()).toContain(closed);

  const hanging = new Fixture();
  hanging.server.state = 'hang';
  const failure = hanging.failure();
  await hanging.clock.advance(0);
  await hanging.clusters.drain();
  expect(await failure).toContain(closed);
});
