import { expect, test } from 'vitest';
import { fixedCredential, resources } from '../../src/kube/index.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/fake-api-server/index.ts';
import { configMap, Rig } from '../support/rig.ts';
import { RotatingCredentials } from '../support/rotating-credentials.ts';

const isList = (exchange: Exchange): boolean => exchange.method === 'GET' && !exchange.isWatch;

test.each(['status', 'event'] as const)(
  'a watch whose history is compacted (told by %s) leads to one list, and deletions in between are told',
  async (goneAs) => {
    await using rig = await Rig.start({ features: { goneAs } });
    for (const watch of rig.server.watches) watch.stop();
    rig.remove('initial-1');
    rig.remove('initial-2');
    rig.put('initial-2', { created: 'again' });
    rig.churn('unseen');
    rig.server.objects.compact();
    for (const watch of rig.server.watches) watch.reset();
    await rig.converged();
    expect(rig.reflector.counts.lists).toBe(2);
    const told = rig.changes.filter(({ key }) => key === 'default/initial-2').map(({ type }) => type);
    expect(told).toEqual(['set', 'delete', 'set']);
    await rig.expectIntact();
  },
);

test('a server that says of every version that it is gone is not asked in a hot loop', async () => {
  await using rig = await Rig.startUnsynced({ features: { watchList: false } });
  const lists: number[] = [];
  const stop = rig.server.intercept((exchange) => {
    if (exchange.query('resourceVersion') === undefined || !exchange.isWatch) return false;
    if (rig.failures.length >= 4) lists.push(rig.reflector.counts.lists);
    exchange.fail(410, 'Expired', 'too old resource version');
    return true;
  });
  await eventually(() => lists.length > 0);
  // Each costs a failure, which is waited after: as many as there were at the fourth, whenever this test looks.
  expect(lists[0]).toBeLessThanOrEqual(6);
  stop();
  await rig.converged();
  await rig.expectIntact();
});

test('a continue token that expired between two pages is answered by one whole list', async () => {
  await using rig = await Rig.start();
  for (let i = 0; i < 1_200; i++) rig.put(`many-${i}`);
  rig.server.intercept((exchange) => {
    if (!isList(exchange) || exchange.query('continue') === undefined) return false;
    rig.server.objects.compact();
    return false;
  }, 1);
  rig.server.requests.length = 0;
  const list = await rig.client.list(resources.configMaps);
  expect(list.items).toHaveLength(1_210);
  const pages = rig.server.requests.filter(isList).map((exchange) => exchange.query('limit'));
  expect(pages).toEqual(['500', '500', undefined]);
  await rig.expectIntact();
});

test.each([
  { name: '429 with Retry-After', status: 429, headers: { 'retry-after': '1' } },
  { name: '429 without', status: 429, headers: {} },
  { name: '503 with Retry-After', status: 503, headers: { 'retry-after': '1' } },
])('$name is waited for, on calls and on watches', async ({ status, headers }) => {
  await using rig = await Rig.start();
  const refuse = (exchange: Exchange): boolean => {
    exchange.fail(status, status === 429 ? 'TooManyRequests' : 'ServiceUnavailable', 'busy', headers);
    return true;
  };
  rig.server.intercept((exchange) => isList(exchange) && refuse(exchange), 2);
  const list = await rig.client.list(resources.configMaps);
  expect(list.items).toHaveLength(10);
  rig.server.intercept((exchange) => exchange.isWatch && refuse(exchange), 2);
  for (const watch of rig.server.watches) watch.reset();
  await rig.expectIntact();
});

test('a pause longer than the deadline fails calls at once instead of keeping them, until it is over', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (!isList(exchange)) return false;
    exchange.fail(429, 'TooManyRequests', 'busy', { 'retry-after': '15' });
    return true;
  }, 1);
  const first = { name: 'ThrottledError', status: { retryAfterMs: 15_000 } };
  await expect(rig.client.list(resources.configMaps)).rejects.toMatchObject(first);
  await expect(rig.client.raw('/livez')).rejects.toMatchObject({ name: 'ThrottledError' });
  expect(await rig.client.raw('/livez', { timeoutMs: 30_000 })).toBe('ok');
  await rig.expectIntact();
});

test('503 without Retry-After is the caller’s to repeat', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (!isList(exchange)) return false;
    exchange.fail(503, 'ServiceUnavailable', 'down');
    return true;
  });
  await expect(rig.client.list(resources.configMaps)).rejects.toMatchObject({
    name: 'ServerError',
    status: { reason: 'ServiceUnavailable' },
  });
  await rig.expectIntact();
});

function refusingTokens(rig: Rig, accepted: () => string): void {
  rig.server.intercept((exchange) => {
    if (exchange.headers['authorization'] === `Bearer ${accepted()}`) return false;
    exchange.fail(401, 'Unauthorized', 'Unauthorized');
    return true;
  });
}

test('401 is answered by one new credential for all calls that met it, and each is repeated once', async () => {
  const credentials = new RotatingCredentials({ token: 'old' }, () => ({ token: 'new' }));
  await using rig = await Rig.start({ credentials });
  refusingTokens(rig, () => 'new');
  const calls = Array.from({ length: 50 }, (_, i) =>
    rig.client.apply(resources.configMaps, configMap(`many-${i}`)),
  );
  await Promise.all(calls);
  expect(credentials.renewals).toBe(1);
  await rig.expectIntact();
});

test('401 for every credential is an UnauthorizedError after one repetition', async () => {
  const credentials = new RotatingCredentials({ token: 'old' }, () => ({ token: 'also-bad' }));
  await using rig = await Rig.start({ credentials });
  refusingTokens(rig, () => 'none');
  rig.server.requests.length = 0;
  await expect(rig.client.raw('/livez')).rejects.toMatchObject({ name: 'UnauthorizedError' });
  expect(rig.server.requests).toHaveLength(2);
  await rig.expectNothingLeft();
});

test('401 is not repeated where the credential stays the same', async () => {
  await using rig = await Rig.start({ credentials: fixedCredential({ token: 'fixed' }) });
  refusingTokens(rig, () => 'other');
  rig.server.requests.length = 0;
  await expect(rig.client.raw('/livez')).rejects.toMatchObject({ name: 'UnauthorizedError' });
  expect(rig.server.requests).toHaveLength(1);
  await rig.expectNothingLeft();
});

test('a token that ends while a watch is open does not touch the watch; at the next watch it is renewed without a list', async () => {
  const credentials = new RotatingCredentials({ token: 'old' }, () => ({ token: 'new' }));
  await using rig = await Rig.start({ credentials });
  const [before] = rig.server.watches;
  refusingTokens(rig, () => 'new');
  rig.churn('still-open');
  await rig.converged();
  expect([...rig.server.watches]).toEqual([before]);
  before?.reset();
  rig.churn('reopened');
  await rig.converged();
  expect(credentials.renewals).toBe(1);
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('an ERROR event in a watch is survived, whatever its code', async () => {
  await using rig = await Rig.start();
  for (const code of [401, 403, 429, 500, 504]) {
    for (const watch of rig.server.watches) {
      watch.error(code, 'Whatever', 'said in the stream');
      watch.end();
    }
    rig.churn(`error-${code}`);
    await rig.converged();
  }
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('403 is told with its verb and resource, and never leads to a new credential', async () => {
  const credentials = new RotatingCredentials({ token: 'poor' }, () => ({ token: 'rich' }));
  await using rig = await Rig.start({ credentials });
  rig.server.intercept((exchange) => {
    if (!isList(exchange)) return false;
    exchange.fail(403, 'Forbidden', 'configmaps is forbidden: User "x" cannot list resource "configmaps"');
    return true;
  });
  await expect(rig.client.list(resources.configMaps, { namespace: 'a' })).rejects.toThrow(
    'list configmaps a/ on cluster "rig": configmaps is forbidden',
  );
  expect(credentials.renewals).toBe(0);
  await rig.expectIntact();
});

test.each([
  { name: 'an HTML page', status: 200, type: 'text/html', body: '<html>login</html>' },
  { name: 'a foreign JSON document', status: 200, type: 'application/json', body: '{"ok":true}' },
  { name: 'a JSON value that is no object', status: 200, type: 'application/json', body: '[]' },
  { name: 'nothing', status: 200, type: 'application/json', body: '' },
  { name: 'a redirect', status: 302, type: 'text/html', body: '' },
  { name: 'a plain-text 400 of a proxy', status: 400, type: 'text/plain', body: 'no tunnel' },
  { name: 'a default backend’s 404', status: 404, type: 'text/plain', body: 'default backend - 404' },
])(
  '$name instead of a Kubernetes answer is a ProtocolError and empties no cache',
  async ({ status, type, body }) => {
    await using rig = await Rig.start();
    const stop = rig.server.intercept((exchange) => {
      exchange.text(status, body, { 'content-type': type, location: 'https://example.invalid/' });
      return true;
    });
    const failure = { name: 'ProtocolError' };
    await expect(rig.client.list(resources.configMaps)).rejects.toMatchObject(failure);
    await expect(rig.client.serverVersion()).rejects.toMatchObject(failure);
    await expect(rig.client.resources()).rejects.toMatchObject(failure);
    await expect(
      rig.client.get(resources.configMaps, { namespace: 'default', name: 'initial-1' }),
    ).rejects.toMatchObject(failure);
    rig.server.objects.compact();
    for (const watch of rig.server.watches) watch.reset();
    await eventually(() => rig.failures.length >= 2);
    expect(rig.reflector.store.size).toBe(10);
    stop();
    await rig.expectIntact();
  },
);

test('a plain-text 502 of a proxy is a ServerError that shows the text', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (exchange.isWatch) return false;
    exchange.text(502, 'tunnel is\n down', { 'content-type': 'text/plain' });
    return true;
  });
  await expect(rig.client.raw('/livez')).rejects.toThrow('HTTP 502: tunnel is down');
  await rig.expectIntact();
});
