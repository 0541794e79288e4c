import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { type Exchange, FakeApiServer } from '../../test/support/fake-api-server/index.ts';
import { hurriedClock } from '../../test/support/hurried-clock.ts';
import { rigAuthority, serverPair } from '../../test/support/rig.ts';
import { type Cluster, ConnectionStarts, ExecRunner, type TargetResolution } from '../clusters/index.ts';
import { createLogger, Metrics } from '../controller/index.ts';
import { createKubeClient, fixedCredential, KubeError, resources } from '../kube/index.ts';
import type { FlagValues } from './flag-reader.ts';
import { parseOperatorOptions } from './options.ts';
import { createSpokeClusters, type SpokeClusters } from './spoke-clusters.ts';

const { configMaps, secrets, clusterProfiles } = resources;
const namespace = 'here';

/** A hub with the profiles of two spokes: one that things happen to, and one that must not notice. */
class World {
  readonly hub: FakeApiServer;
  readonly troubled: FakeApiServer;
  readonly control: FakeApiServer;
  readonly spokes: SpokeClusters;

  static async start({ flags = {}, env = {}, inside = false }: Setting = {}): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'wheelwright-access-'));
    const file = join(directory, 'providers.json');
    const exec = { execConfig: { command: 'builtin:kubeconfig-secretreader' } };
    await writeFile(file, JSON.stringify({ providers: [{ name: 'tokens', ...exec }] }));
    const [hub, troubled, control] = [await server(), await server(), await server()];
    hub.resources.push(clusterProfiles, secrets);
    const { certificate } = await rigAuthority();
    const client = createKubeClient({
      cluster: 'hub',
      endpoint: { server: hub.url, certificateAuthority: certificate },
      credentials: fixedCredential({ token: 'token' }),
    });
    const clock = hurriedClock(5);
    const allFlags = { 'clusterprofile-provider-file': file, ...flags };
    const spokes = await createSpokeClusters({
      options: parseOperatorOptions({ flags: allFlags, env, home: directory, identity: 'op-1' }),
      hub: client,
      namespace,
      inside,
      runner: new ExecRunner({ clock, environment: {}, commands: {} }),
      starts: new ConnectionStarts(clock),
      userAgent: 'test',
      clock,
      log: createLogger({ level: 'info', destination: { write: () => undefined } }),
      metrics: new Metrics(),
      events: { record: () => undefined },
      beforeRequest: () => undefined,
      onChange: () => undefined,
      onProviderProblem: () => undefined,
    });
    const world = new World({ hub, troubled, control, spokes });
    for (const name of ['troubled', 'control'] as const) {
      world.putSecret(name);
      world.putProfile(name, world[name].url, certificate);
    }
    const life = new AbortController();
    const running = spokes.profiles.run(life.signal);
    onTestFinished(async () => {
      life.abort();
      await running;
      await spokes.close();
      await client.close();
      await Promise.all([hub, troubled, control].map((one) => one.stop()));
      await rm(directory, { recursive: true });
    });
    await spokes.profiles.settled(life.signal);
    return world;
  }

  private constructor(parts: Pick<World, 'hub' | 'troubled' | 'control' | 'spokes'>) {
    this.hub = parts.hub;
    this.troubled = parts.troubled;
    this.control = parts.control;
    this.spokes = parts.spokes;
  }

  putProfile(name: string, url: string, authority: string, secret = name): void {
    const config = { name: secret, namespace, key: 'kubeconfig' };
    const cluster = {
      server: url,
      'certificate-authority-data': Buffer.from(authority).toString('base64'),
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: config }],
    };
    const condition = { type: 'ControlPlaneHealthy', status: 'True', reason: '', message: '' };
    this.hub.objects.put(clusterProfiles, {
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
      kind: 'ClusterProfile',
      metadata: { namespace: 'fleet', name, uid: `uid-of-${name}` },
      status: { conditions: [condition], accessProviders: [{ name: 'tokens', cluster }] },
    });
  }

  putSecret(name: string): void {
    const kubeconfig = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      users: [{ name, user: { token: 'A1b2C3d4' } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    });
    this.hub.objects.put(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name },
      data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
    });
  }

  /** What a resolution ends in, however long it takes. */
  async resolve(name: string): Promise<Exclude<TargetResolution, { readonly connecting: true }>> {
    for (;;) {
      const target = await this.spokes.clusters.resolve({ namespace: 'fleet', name }, { user: 'test' });
      if (!('connecting' in target)) return target;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async connected(name: string): Promise<Cluster> {
    const target = await this.resolve(name);
    if (!target.resolved) throw new Error(target.message);
    return target.cluster;
  }

  /** What a failed resolution says. */
  async failure(name: string): Promise<string> {
    const target = await this.resolve(name);
    return 'reason' in target ? `${target.reason}: ${target.message}` : 'none';
  }
}

interface Setting {
  readonly flags?: FlagValues;
  readonly env?: Readonly<Record<string, string>>;
  readonly inside?: boolean;
}

async function server(): Promise<FakeApiServer> {
  return FakeApiServer.start({ pair: await serverPair() });
}

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ns', name: 'a' } };

test.each([
  ['the text of a tunnel without an agent', 502, 'no agent is connected'],
  ['the text of a proxy that knows no such cluster', 400, 'unknown cluster'],
  ['the page of a portal', 200, '<html>Log in</html>'],
  ['the page of a default backend', 404, 'nothing here'],
])('a spoke in whose place %s is answered is lost, and no other one is', async (_what, code, body) => {
  const world = await World.start();
  const [troubled, control] = [await world.connected('troubled'), await world.connected('control')];
  world.troubled.intercept((exchange) => {
    exchange.text(code, body);
    return true;
  });
  await expect(troubled.client.get(configMaps, configMap.metadata)).rejects.toBeInstanceOf(KubeError);
  await eventually(() => expect(troubled.signal.aborted).toBe(true));
  await eventually(async () => expect(await world.failure('troubled')).toMatch(/^RemoteC/));
  expect(await world.connected('control')).toBe(control);
});

test('another authority beside the one in use ends nothing that is under way', async () => {
  const world = await World.start();
  const [before, control] = [await world.connected('troubled'), await world.connected('control')];
  const held = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<Exchange>();
  world.troubled.intercept(async (exchange) => {
    if (exchange.method !== 'POST') return false;
    arrived.resolve(exchange);
    await held.promise;
    return false;
  });
  const created = before.client.create(configMaps, configMap);
  await arrived.promise;
  const { certificate } = await rigAuthority();
  world.putProfile('troubled', world.troubled.url, `${certificate}\n${certificate}`);
  await eventually(async () => expect(await world.connected('troubled')).not.toBe(before));
  expect(before.signal.aborted).toBe(false);
  held.resolve();
  await expect(created).resolves.toMatchObject(configMap);
  await eventually(() => expect(before.signal.aborted).toBe(true));
  expect(await world.connected('control')).toBe(control);
});

test.each<[string, FlagValues, string]>([
  [
    'another namespace',
    { 'access-secret-namespaces': 'profile,elsewhere' },
    "the namespace of the Secret that the profile names must be one of 'fleet', 'elsewhere', not 'here'",
  ],
  [
    'no label',
    { 'access-secret-label': 'example.com/profile' },
    'Secret here/troubled must carry the label example.com/profile=fleet.troubled',
  ],
  ['a server that is not allowed', { 'allow-spoke-servers': '10.0.0.0/8' }, 'must be one of the servers'],
  [
    'a server that is denied',
    { 'deny-spoke-servers': '127.0.0.1' },
    'which the operator is told not to dial',
  ],
])('a profile that leads to %s is refused where a flag says so', async (_what, flags, says) => {
  const world = await World.start({ flags });
  expect(await world.failure('troubled')).toMatch(/^AccessProviderFailed: /);
  expect(await world.failure('troubled')).toContain(says);
});

test('a profile that names the Secret of another one is refused where a flag says so', async () => {
  const world = await World.start({ flags: { 'access-secret-same-name': true } });
  const { certificate } = await rigAuthority();
  world.putProfile('troubled', world.troubled.url, certificate, 'control');
  await eventually(async () =>
    expect(await world.failure('troubled')).toContain("must be 'troubled', the name of the profile"),
  );
  expect(await world.connected('control')).toBeDefined();
});

test.each(['https://10.96.0.1', 'https://kubernetes.default.svc', 'https://metadata.google.internal'])(
  'inside the hub the address %s is refused unless a flag says otherwise',
  async (url) => {
    const { certificate } = await rigAuthority();
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };
    const flags = { 'deny-loopback-spokes': 'false' };
    const world = await World.start({ env, flags, inside: true });
    world.putProfile('troubled', url, certificate);
    await eventually(async () => expect(await world.failure('troubled')).toContain('server must not be'));
    expect(await world.connected('control')).toBeDefined();
  },
);
