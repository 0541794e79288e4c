import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import {
  createKubeClient,
  fixedCredential,
  type KubeClient,
  type KubeClientOptions,
  Reflector,
  type ReflectorOptions,
  resources,
} from '../../src/kube/index.ts';
import { Bed, type Cluster, waitFor } from '../bed/index.ts';

const { configMaps } = resources;
const labels = { 'test.wheelwright.dev': 'kube-client' };
const labelSelector = 'test.wheelwright.dev=kube-client';
const quickPings = { pingIntervalMs: 200, pongTimeoutMs: 500 };

let bed: Bed;
/** Says GOAWAY on every fiftieth request, which is as often as it can be had. */
let restless: Cluster;
/** Without WatchList, and with a history of a few seconds. */
let forgetful: Cluster;
let clients: KubeClient[] = [];
let runs: { readonly controller: AbortController; readonly run: Promise<void> }[] = [];

beforeAll(async () => {
  bed = await Bed.start({
    hub: { controllers: [], flags: { 'kube-apiserver': ['--goaway-chance=0.02'] } },
    spokes: [
      {
        controllers: [],
        flags: { 'kube-apiserver': ['--feature-gates=WatchList=false', '--etcd-compaction-interval=1s'] },
      },
    ],
  });
  restless = bed.hub;
  forgetful = bed.spokes[0] as Cluster;
});

afterAll(async () => {
  await bed?.stop();
});

afterEach(async () => {
  for (const { controller } of runs) controller.abort(new Error('the test is over'));
  await Promise.all(runs.map(({ run }) => run));
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  runs = [];
});

function connect(cluster: Cluster, options: Partial<KubeClientOptions> = {}): KubeClient {
  const client = createKubeClient({
    cluster: cluster.name,
    endpoint: { server: cluster.server, certificateAuthority: cluster.certificateAuthority },
    credentials: fixedCredential({ certificate: cluster.admin }),
    ...options,
  });
  clients.push(client);
  return client;
}

interface Following {
  readonly reflector: Reflector<KubeObject>;
  readonly failures: unknown[];
}

/** A reflector of this test's ConfigMaps that has synced. */
async function follow(
  client: KubeClient,
  options: Partial<ReflectorOptions<KubeObject>> = {},
): Promise<Following> {
  const failures: unknown[] = [];
  const reflector = new Reflector<KubeObject>({
    client,
    resource: configMaps,
    labelSelector,
    project: (object) => object,
    onFailure: (error) => void failures.push(error),
    ...options,
  });
  const controller = new AbortController();
  runs.push({ controller, run: reflector.run(controller.signal) });
  await reflector.whenSynced(AbortSignal.timeout(20_000));
  return { reflector, failures };
}

function configMap(name: string, data: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels }, data };
}

function versions(objects: Iterable<KubeObject>): Record<string, string | undefined> {
  return Object.fromEntries([...objects].map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
}

/** Waits until the reflector has what a list says. */
async function converged(client: KubeClient, { reflector, failures }: Following): Promise<void> {
  await waitFor('the reflector to have what the server has', async (saw) => {
    const { items } = await client.list(configMaps, { labelSelector });
    const held = [...reflector.store.entries()].map(([, object]) => object);
    saw({ held: versions(held), served: versions(items), failures: failures.map(String) });
    expect(versions(held)).toEqual(versions(items));
    return true;
  });
}

test('three hundred applies beside an open watch all succeed while the server keeps saying GOAWAY', async () => {
  let connections = 0;
  const client = connect(restless, { transport: { onConnect: () => connections++ } });
  const following = await follow(client);
  for (let round = 0; round < 6; round++) {
    const applies = Array.from({ length: 50 }, (_, i) =>
      client.apply(configMaps, configMap(`restless-${i}`, { round: String(round) }), { force: true }),
    );
    expect(await Promise.all(applies)).toHaveLength(50);
  }
  await converged(client, following);
  expect(following.reflector.store.size).toBe(50);
  expect(connections).toBeGreaterThan(2);
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => client.delete(configMaps, configMap(`restless-${i}`).metadata)),
  );
  await waitFor('all deletions to be seen', () => following.reflector.store.size === 0);
});

test('an identical apply leaves the resourceVersion, another field manager conflicts', async () => {
  const client = connect(restless);
  const first = await client.apply(configMaps, configMap('same', { a: '1' }));
  const second = await client.apply(configMaps, configMap('same', { a: '1' }));
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  await expect(
    client.apply(configMaps, configMap('same', { a: '2' }), { fieldManager: 'other' }),
  ).rejects.toMatchObject({ name: 'ConflictError', status: { reason: 'Conflict' } });
  const forced = await client.apply(configMaps, configMap('same', { a: '2' }), {
    fieldManager: 'other',
    force: true,
  });
  expect(forced['data']).toEqual({ a: '2' });
  await client.delete(configMaps, first.metadata, { uid: first.metadata.uid });
  await expect(client.get(configMaps, first.metadata)).rejects.toMatchObject({ name: 'NotFoundError' });
});

test('only metadata comes where only metadata was asked for: in lists, watches, gets and applies', async () => {
  const client = connect(restless);
  const { reflector } = await follow(client, { metadataOnly: true });
  const applied = await client.apply(configMaps, configMap('meta', { a: '1' }), { metadataOnly: true });
  const got = await client.get(configMaps, applied.metadata, { metadataOnly: true });
  const { items } = await client.list(configMaps, { labelSelector, metadataOnly: true });
  await waitFor('the watch to tell', () => reflector.store.has('default/meta'));
  for (const object of [applied, got, items[0], reflector.store.get('default/meta')]) {
    expect(object).toMatchObject({ metadata: { name: 'meta', uid: applied.metadata.uid } });
    expect(object).not.toHaveProperty('data');
  }
  await client.delete(configMaps, applied.metadata);
});

test('discovery finds what the server serves, and a kind that a new CRD brings', async () => {
  const client = connect(restless);
  expect(await client.resourceFor(resources.deployments)).toEqual(resources.deployments);
  const kind = { group: 'kube-client.test', version: 'v1', kind: 'Widget' };
  await expect(client.resourceFor(kind)).rejects.toMatchObject({ name: 'NoMatchError' });
  await client.apply(resources.customResourceDefinitions, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.kube-client.test' },
    spec: {
      group: kind.group,
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: kind.kind },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  });
  const widgets = await waitFor('the new kind', () => client.resourceFor(kind));
  expect(widgets).toEqual({ ...kind, plural: 'widgets', namespaced: true });
});

test('a server without streaming lists is listed in pages', async () => {
  const client = connect(forgetful);
  const following = await follow(client);
  await client.apply(configMaps, configMap('paged'));
  await waitFor('the watch to tell', () => following.reflector.store.has('default/paged'));
  expect(following.failures).toEqual([]);
  await client.delete(configMaps, configMap('paged').metadata);
});

test('a page whose history was compacted is Gone', async () => {
  const client = connect(forgetful);
  for (const name of ['a', 'b']) await client.apply(configMaps, configMap(`page-${name}`));
  const first = JSON.parse(await client.raw('/api/v1/namespaces/default/configmaps?limit=1')) as {
    metadata: { continue: string };
  };
  const next = `/api/v1/namespaces/default/configmaps?limit=1&continue=${first.metadata.continue}`;
  await waitFor('the page to be gone', async () => {
    // Only writes move the revision that the next compaction takes.
    await client.apply(configMaps, configMap('page-a', { at: String(performance.now()) }));
    return client.raw(next).then(
      () => false,
      (error: Error) => error.name === 'GoneError',
    );
  });
  await expect(client.raw(next)).rejects.toMatchObject({ status: { httpStatus: 410 } });
  for (const name of ['a', 'b']) await client.delete(configMaps, configMap(`page-${name}`).metadata);
});

test('a frozen server is noticed, and after the thaw the watch goes on without a new list', async () => {
  const client = connect(forgetful, { transport: quickPings });
  const following = await follow(client);
  await client.apply(configMaps, configMap('before'));
  await waitFor('the watch to be open', () => following.reflector.store.has('default/before'));
  await forgetful.freeze('kube-apiserver');
  await waitFor('the silence to be noticed', () => following.failures.length > 0);
  await expect(client.raw('/livez', { timeoutMs: 500 })).rejects.toMatchObject({ name: 'TimeoutError' });
  await forgetful.thaw('kube-apiserver');
  await client.apply(configMaps, configMap('thawed'));
  await converged(client, following);
  expect(following.reflector.counts.lists).toBe(1);
  for (const name of ['before', 'thawed']) await client.delete(configMaps, configMap(name).metadata);
});

/** A server that has just started knows no history: its watch cache begins with the present. */
async function expectGone(client: KubeClient): Promise<void> {
  const { signal } = new AbortController();
  const seen: unknown[] = [];
  const onEvent = (event: unknown): void => {
    seen.push(event);
    throw new Error('seen enough');
  };
  await expect(client.watch(configMaps, { resourceVersion: '1' }, onEvent, signal)).rejects.toThrow(
    'seen enough',
  );
  expect(seen).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
}

test('a server that is killed and started again is found, nothing is missed, and history is Gone', async () => {
  const client = connect(restless);
  await client.apply(configMaps, configMap('survivor'));
  const following = await follow(client);
  await restless.kill('kube-apiserver');
  await waitFor('the loss to be noticed', () => following.failures.length > 0);
  await restless.start('kube-apiserver');
  await expectGone(client);
  await client.apply(configMaps, configMap('newcomer'));
  await client.delete(configMaps, configMap('survivor').metadata);
  await converged(client, following);
  expect([...following.reflector.store.entries()].map(([key]) => key)).toEqual(['default/newcomer']);
  await client.delete(configMaps, configMap('newcomer').metadata);
});

test('a new serving certificate is accepted from the same authority, and from another one only by a new client', async () => {
  const client = connect(restless);
  const following = await follow(client);
  await restless.renewServingCertificate('same-authority');
  await client.apply(configMaps, configMap('renewed'));
  await converged(client, following);
  await restless.renewServingCertificate('new-authority');
  await expect(client.raw('/livez')).rejects.toMatchObject({
    name: 'UnreachableError',
    kind: 'TlsUntrusted',
  });
  expect(following.reflector.store.size).toBe(1);
  const other = connect(restless);
  expect(await other.raw('/livez')).toBe('ok');
  await other.delete(configMaps, configMap('renewed').metadata);
});
