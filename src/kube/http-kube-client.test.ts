import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApiServer } from '../../test/support/fake-api-server/index.ts';
import { rigAuthority, serverPair } from '../../test/support/rig.ts';
import type { KubeObject } from '../api/index.ts';
import type { RequestObservation } from './caller.ts';
import type { KubeClient, WatchEvent } from './client.ts';
import { KubeError } from './errors.ts';
import { fixedCredential } from './credentials.ts';
import { createKubeClient, type KubeClientOptions } from './http-kube-client.ts';
import { resources } from './resource.ts';

const { configMaps, deployments } = resources;
const name = { namespace: 'ns', name: 'a' };
const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: name, data: { key: 'välue' } };

let server: FakeApiServer;
let client: KubeClient;
let observations: RequestObservation[];

async function connect(options: Partial<KubeClientOptions> = {}): Promise<KubeClient> {
  await client?.close();
  const { certificate } = await rigAuthority();
  client = createKubeClient({
    cluster: 'east',
    endpoint: { server: server.url, certificateAuthority: certificate },
    credentials: fixedCredential({ token: 'token' }),
    onRequest: (observation) => void observations.push(observation),
    ...options,
  });
  return client;
}

beforeEach(async () => {
  observations = [];
  server = await FakeApiServer.start({ pair: await serverPair() });
  await connect();
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

/** The request that came last. */
function last() {
  const exchange = server.requests.at(-1);
  if (exchange === undefined) throw new Error('no request came');
  return {
    line: `${exchange.method} ${exchange.path}${exchange.url.search}`,
    type: exchange.headers['content-type'],
    accept: exchange.headers['accept'],
    body: exchange.body === '' ? undefined : (JSON.parse(exchange.body) as unknown),
  };
}

const path = '/api/v1/namespaces/ns/configmaps';
const manager = 'fieldManager=wheelwright';
const metadataType = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

test('create posts the object to its namespace', async () => {
  const created = await client.create(configMaps, object);
  expect(last()).toEqual({
    line: `POST ${path}?${manager}`,
    type: 'application/json',
    accept: 'application/json',
    body: object,
  });
  expect(created).toMatchObject(object);
  expect(created.metadata.uid).toBeTypeOf('string');
  await expect(client.create(configMaps, object)).rejects.toMatchObject({ name: 'AlreadyExistsError' });
});

test.each([
  [() => client.get(configMaps, name), { line: `GET ${path}/a` }],
  [
    () => client.get(configMaps, name, { metadataOnly: true }),
    { line: `GET ${path}/a`, accept: metadataType },
  ],
  [() => client.update(configMaps, object), { line: `PUT ${path}/a?${manager}`, body: object }],
  [
    () => client.update(configMaps, object, { subresource: 'status' }),
    { line: `PUT ${path}/a/status?${manager}` },
  ],
  [
    () => client.apply(configMaps, object, { force: true, dryRun: true, fieldManager: 'me' }),
    {
      line: `PATCH ${path}/a?fieldManager=me&dryRun=All&force=true`,
      type: 'application/apply-patch+yaml',
      body: object,
    },
  ],
  [
    () => client.apply(configMaps, object, { metadataOnly: true }),
    { line: `PATCH ${path}/a?${manager}`, accept: metadataType },
  ],
  [
    () => client.patch(configMaps, name, 'merge', { data: null }),
    { line: `PATCH ${path}/a?${manager}`, type: 'application/merge-patch+json', body: { data: null } },
  ],
  [
    () => client.patch(configMaps, name, 'json', []),
    { line: `PATCH ${path}/a?${manager}`, type: 'application/json-patch+json' },
  ],
  [
    () => client.patch(configMaps, name, 'strategic', {}),
    { line: `PATCH ${path}/a?${manager}`, type: 'application/strategic-merge-patch+json' },
  ],
  [
    () => client.delete(configMaps, name),
    { line: `DELETE ${path}/a`, body: { apiVersion: 'v1', kind: 'DeleteOptions' } },
  ],
])('%s', async (call, expected) => {
  server.objects.put(configMaps, object);
  await call();
  expect(last()).toMatchObject(expected);
});

test('delete carries its preconditions and how dependents are treated', async () => {
  const { uid = '' } = server.objects.put(configMaps, object).metadata;
  await expect(client.delete(configMaps, name, { uid: 'other' })).rejects.toMatchObject({
    name: 'ConflictError',
  });
  await client.delete(configMaps, name, { uid, propagation: 'Foreground', dryRun: true });
  expect(last().body).toEqual({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Foreground',
    preconditions: { uid },
    dryRun: ['All'],
  });
});

test('nothing of an object is lost on its way, whatever its fields', async () => {
  const odd = { ...object, spec: { 'x-odd': [1, null, { deep: 'ü' }], replicas: 0 }, empty: {} };
  await client.apply(configMaps, odd);
  expect(await client.get(configMaps, name)).toMatchObject(odd);
});

function fill(count: number): void {
  for (let i = 0; i < count; i++)
    server.objects.put(configMaps, {
      ...object,
      metadata: { ...name, name: `n-${i}`, labels: { even: String(i % 2 === 0) } },
    });
}

test('a list reads all pages, each object with its type', async () => {
  fill(1_100);
  const { items, resourceVersion } = await client.list(configMaps);
  expect(items).toHaveLength(1_100);
  expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(1_100);
  expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  expect(resourceVersion).toBe(String(server.objects.revision));
  expect(server.requests.map((exchange) => exchange.query('continue') !== undefined)).toEqual([
    false,
    true,
    true,
  ]);
});

test('a limited list reads no more than it needs, and gives no more than asked for', async () => {
  fill(1_100);
  expect((await client.list(configMaps, { limit: 700 })).items).toHaveLength(700);
  expect(server.requests.map((exchange) => exchange.query('limit'))).toEqual(['500', '200']);
  server.intercept((exchange) => {
    exchange.url.searchParams.delete('limit');
    return false;
  });
  expect((await client.list(configMaps, { limit: 3 })).items).toHaveLength(3);
});

test('a list may be narrowed to a namespace, labels and metadata', async () => {
  fill(4);
  const list = await client.list(configMaps, {
    namespace: 'ns',
    labelSelector: 'even=true',
    metadataOnly: true,
  });
  expect(list.items.map(({ kind }) => kind)).toEqual(['PartialObjectMetadata', 'PartialObjectMetadata']);
  expect(last()).toMatchObject({
    line: `GET ${path}?labelSelector=even%3Dtrue&limit=500`,
    accept: metadataType.replace('Metadata;', 'MetadataList;'),
  });
  expect((await client.list(configMaps, { namespace: 'other' })).items).toEqual([]);
});

test('a list that never ends is given up', async () => {
  server.intercept((exchange) => {
    exchange.json(200, {
      kind: 'ConfigMapList',
      metadata: { resourceVersion: '1', continue: 'more' },
      items: [],
    });
    return true;
  });
  const eager = await connect({ limits: { requestsPerSecond: 1e6, burst: 1e6, inFlight: 10 } });
  await expect(eager.list(configMaps)).rejects.toThrow('the list does not end after 2000 pages');
});

test('a watch hands over events until its reader throws, which ends it on the server', async () => {
  const { revision } = server.objects;
  server.objects.put(configMaps, object);
  server.objects.delete(configMaps, 'ns/a');
  const seen: string[] = [];
  const { signal } = new AbortController();
  const enough = new Error('enough');
  const options = { resourceVersion: String(revision) };
  const watch = client.watch(
    configMaps,
    options,
    ({ type }) => {
      seen.push(type);
      if (type === 'DELETED') throw enough;
    },
    signal,
  );
  await expect(watch).rejects.toBe(enough);
  expect(seen).toEqual(['ADDED', 'DELETED']);
  await expect.poll(() => server.watches.size).toBe(0);
  await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([]);
});

test('an aborted watch throws the reason of its signal', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const watch = client.watch(configMaps, { resourceVersion: '1000' }, () => undefined, controller.signal);
  await expect.poll(() => server.watches.size).toBe(1);
  controller.abort(reason);
  await expect(watch).rejects.toBe(reason);
});

test('a watch that is refused throws before its first event', async () => {
  server.intercept((exchange) => {
    exchange.fail(403, 'Forbidden', 'no');
    return true;
  });
  const { signal } = new AbortController();
  const watch = client.watch(configMaps, { namespace: 'ns' }, () => undefined, signal);
  await expect(watch).rejects.toThrow('watch configmaps ns/ on cluster "east": no');
});

test('the kinds of the server are found, and new ones after an invalidation', async () => {
  expect(await client.resourceFor(deployments)).toEqual(deployments);
  server.resources.length = 0;
  client.invalidateDiscovery();
  await expect(client.resourceFor(deployments)).rejects.toMatchObject({ name: 'NoMatchError' });
});

test('the version and raw paths are read', async () => {
  expect(await client.serverVersion()).toEqual({ gitVersion: 'v1.36.3-fake', major: '1', minor: '36' });
  expect(await client.raw('/livez')).toBe('ok');
  await expect(client.raw('/nothing')).rejects.toMatchObject({ name: 'NotFoundError' });
});

test.each(['h2', 'http/1.1'] as const)(
  'over %s it is asked whether a call may go out when its connection is there',
  async (protocol) => {
    await server.stop();
    server = await FakeApiServer.start({ pair: await serverPair(), protocol });
    const order: string[] = [];
    await connect({
      beforeRequest: () => void order.push('asked'),
      transport: { onConnect: () => void order.push('connected') },
    });
    await client.raw('/livez');
    expect(new Set(order.slice(0, -1))).toEqual(new Set(['connected']));
    expect(order.at(-1)).toBe('asked');
  },
);

test('every attempt is observed with its outcome', async () => {
  await client.raw('/livez');
  await client.get(configMaps, name).catch(() => undefined);
  await server.stop();
  await client.raw('/livez').catch(() => undefined);
  expect(observations.slice(0, 2)).toMatchObject([
    { cluster: 'east', verb: 'get', method: 'GET', code: '200' },
    { cluster: 'east', verb: 'get', method: 'GET', code: '404' },
  ]);
  expect(observations.at(-1)).toMatchObject({ code: 'error' });
  for (const { durationMs } of observations) expect(durationMs).toBeGreaterThanOrEqual(0);
});

test.each([
  [{ token: 'abc' }, 'Bearer abc'],
  [{ basic: { username: 'user', password: 'pass' } }, 'Basic dXNlcjpwYXNz'],
  [{}, undefined],
])('the credential %j goes into the Authorization header', async (credential, expected) => {
  const other = await connect({ credentials: fixedCredential(credential), userAgent: 'agent/1' });
  await other.raw('/livez');
  expect(server.requests.at(-1)?.headers['authorization']).toBe(expected);
  expect(server.requests.at(-1)?.headers['user-agent']).toBe('agent/1');
});

test.each(['h2', 'http/1.1'] as const)('over %s every call is made for whom it says', async (protocol) => {
  await server.stop();
  server = await FakeApiServer.start({ pair: await serverPair(), protocol });
  const other = await connect({ impersonate: { user: 'system:jane', groups: ['devs', 'ops'] } });
  await other.raw('/livez');
  await other.raw('/livez');
  const asked = server.requests.map(({ headers }) => [
    headers['impersonate-user'],
    String(headers['impersonate-group']).split(/, ?/),
  ]);
  expect(asked).toEqual(Array.from({ length: 2 }, () => ['system:jane', ['devs', 'ops']]));
  await connect();
  await client.raw('/livez');
  expect(server.requests.at(-1)?.headers).not.toHaveProperty('impersonate-user');
});

test('a token that cannot be a header is not quoted', async () => {
  const other = await connect({ credentials: fixedCredential({ token: 'secret\nsecret' }) });
  const failure = await other.raw('/livez').catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'UnreachableError' });
  expect(`${String(failure)} ${String((failure as Error).cause)}`).not.toContain('secret');
});

test('what hinders the source of the credentials is told as it is', async () => {
  const reason = new Error('the plugin failed');
  const other = await connect({
    credentials: { get: () => Promise.reject(reason), invalidate: () => undefined, close: () => undefined },
  });
  await expect(other.raw('/livez')).rejects.toBe(reason);
});

test('a source of credentials that never answers is not waited for beyond the deadline', async () => {
  const other = await connect({
    credentials: {
      get: () => new Promise(() => undefined),
      invalidate: () => undefined,
      close: () => undefined,
    },
  });
  await expect(other.raw('/livez', { timeoutMs: 30 })).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('answers are compressed only where lists are read and the endpoint allows it', async () => {
  await client.list(configMaps);
  expect(server.requests.at(-1)?.headers['accept-encoding']).toBe('gzip');
  await client.raw('/livez');
  expect(server.requests.at(-1)?.headers['accept-encoding']).toBeUndefined();
  const { certificate } = await rigAuthority();
  const plain = await connect({
    endpoint: { server: server.url, certificateAuthority: certificate, disableCompression: true },
  });
  await plain.list(configMaps);
  expect(server.requests.at(-1)?.headers['accept-encoding']).toBeUndefined();
});

test('a list without pages may be as long as it likes', async () => {
  const items = Array.from({ length: 150_000 }, (_, index) => ({ metadata: { name: `c-${index}` } }));
  const body = JSON.stringify({ kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items });
  server.intercept((exchange) => {
    exchange.text(200, body);
    return true;
  }, 1);
  expect((await client.list(configMaps)).items).toHaveLength(150_000);
});

const opaque = 'A1b2C3d4/E5f6+G7h8==';

test.each<[string, (echo: string) => [number, string]]>([
  ['as text', (echo) => [502, `no agent for Authorization: ${echo}`]],
  ['beyond where text is cut', (echo) => [502, `${'x'.repeat(190)} ${echo}`]],
  ['in a Status', (echo) => [403, status('Forbidden', `${echo} may not`)]],
  ['as a cause', (echo) => [422, status('Invalid', 'no', [{ message: echo, field: 'spec' }])]],
  ['in a Status to 401', (echo) => [401, status('Unauthorized', `[invalid bearer token ${echo}]`)]],
])('a server that repeats the credential %s is quoted without it', async (_what, answer) => {
  await connect({ credentials: fixedCredential({ token: opaque }) });
  const seen: string[] = [];
  server.intercept((exchange) => {
    const echo = String(exchange.headers['authorization']);
    seen.push(echo);
    exchange.text(...answer(echo));
    return true;
  });
  const error = await client.get(configMaps, name).catch((thrown: unknown) => thrown);
  expect(seen).toContain(`Bearer ${opaque}`);
  expect(error).toBeInstanceOf(KubeError);
  const told = JSON.stringify([(error as Error).message, (error as KubeError).status]);
  expect(told).not.toContain(opaque.slice(0, 8));
});

function status(reason: string, message: string, causes: readonly object[] = []): string {
  return JSON.stringify({ kind: 'Status', reason, message, details: { causes } });
}

test.each([
  ['a page', 200, '<html>Log in</html>', true],
  ['the text of a tunnel', 502, 'no agent', true],
  ['the text of a proxy', 400, 'who are you looking for?', true],
  ['the page of a default backend', 404, 'nothing here', true],
  ['an error of the API server', 500, status('InternalError', 'oh'), false],
  ['what an API server says of paths it does not serve', 404, '404 page not found', false],
])('%s is taken for an answer of somebody else where it is one', async (_what, code, body, isForeign) => {
  let foreign = 0;
  await connect({ onForeignAnswer: () => void foreign++ });
  server.intercept((exchange) => {
    exchange.text(code, body);
    return true;
  });
  await expect(client.get(configMaps, name)).rejects.toBeInstanceOf(KubeError);
  expect(foreign).toBe(isForeign ? 1 : 0);
});

test('every answer and every event of the server is a sign of life, and no other answer is', async () => {
  let heard = 0;
  await connect({ onContact: () => void heard++ });
  const resourceVersion = String(server.objects.revision);
  await client.serverVersion();
  await client.create(configMaps, object);
  await client.list(configMaps);
  expect(heard).toBe(3);
  server.intercept((exchange) => {
    exchange.text(200, '<html>Log in</html>');
    return true;
  }, 1);
  await client.list(configMaps).catch(() => undefined);
  expect(heard).toBe(3);
  const stop = new AbortController();
  const seen: string[] = [];
  const onEvent = ({ type }: WatchEvent): void => {
    seen.push(type);
    stop.abort(new Error('enough'));
  };
  await expect(client.watch(configMaps, { resourceVersion }, onEvent, stop.signal)).rejects.toThrow('enough');
  expect(seen).toEqual(['ADDED']);
  expect(heard).toBe(4);
});
