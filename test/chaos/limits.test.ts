import { expect, test } from 'vitest';
import { Reflector, resources, type WatchEvent } from '../../src/kube/index.ts';
import { eventually } from '../support/eventually.ts';
import { widgets } from '../support/fake-api-server/index.ts';
import { frameTypes, RawHttp2Server, setting } from '../support/raw-http2-server.ts';
import { configMap, Rig, serverPair } from '../support/rig.ts';

/** Opens so many watches and waits until the server has them. */
async function openWatches(rig: Rig, count: number): Promise<{ readonly end: () => Promise<void> }> {
  const controller = new AbortController();
  const before = rig.server.watches.size;
  const reading = Array.from({ length: count }, async () => {
    const options = { resourceVersion: String(rig.server.objects.revision) };
    const onEvent = (event: WatchEvent): void => expect(event.type).toBeDefined();
    await rig.client.watch(resources.configMaps, options, onEvent, controller.signal);
  });
  const ended = Promise.allSettled(reading);
  await eventually(() => rig.server.watches.size === before + count, 'the opening of all watches');
  return {
    end: async () => {
      controller.abort();
      await ended;
    },
  };
}

test('more watches than a server allows streams on a connection are spread over connections, and calls go on', async () => {
  await using rig = await Rig.start({ server: { maxConcurrentStreams: 5 } });
  const watches = await openWatches(rig, 23);
  const calls = Array.from({ length: 40 }, (_, i) =>
    rig.client.apply(resources.configMaps, configMap(`applied-${i}`)),
  );
  await Promise.all(calls);
  expect(Math.max(...rig.server.sessions.values())).toBe(5);
  await watches.end();
  await rig.expectIntact();
});

test('a hundred and fifty watches need two connections', async () => {
  await using rig = await Rig.start({ server: { maxConcurrentStreams: 100 } });
  const watches = await openWatches(rig, 149);
  expect([...rig.server.sessions.values()].filter((streams) => streams > 0)).toEqual([100, 50]);
  expect(await rig.client.raw('/livez')).toBe('ok');
  await watches.end();
  await rig.expectIntact();
});

test('a server that allows no streams at all is unreachable, and is not flooded with connections', async () => {
  const server = await RawHttp2Server.start(await serverPair(), {
    onConnect: ({ send }) => send({ type: frameTypes.settings, payload: setting(3, 0) }),
  });
  await using rig = await Rig.startUnsynced({ endpoint: { server: `https://127.0.0.1:${server.port}` } });
  await expect(rig.client.raw('/livez')).rejects.toMatchObject({ name: 'UnreachableError' });
  expect(server.connections).toBeLessThanOrEqual(4);
  await rig.client.close();
  await server.stop();
  await rig.expectNothingLeft();
});

test('over HTTP/1.1, watches and calls have connections of their own', async () => {
  await using rig = await Rig.start({ server: { protocol: 'http/1.1' } });
  const watches = await openWatches(rig, 40);
  const calls = Array.from({ length: 40 }, (_, i) =>
    rig.client.apply(resources.configMaps, configMap(`applied-${i}`)),
  );
  expect(await Promise.all(calls)).toHaveLength(40);
  await watches.end();
  await rig.expectIntact();
});

test('over HTTP/1.1, a call that waits for a connection ends with its deadline', async () => {
  await using rig = await Rig.start({ server: { protocol: 'http/1.1' } });
  rig.server.intercept((exchange) => exchange.path === '/livez', 8);
  const stuck = Array.from({ length: 8 }, () => rig.client.raw('/livez', { timeoutMs: 500 }));
  let isOver = false;
  const stuckEnded = Promise.allSettled(stuck).finally(() => {
    isOver = true;
  });
  await eventually(() => rig.server.requests.filter(({ path }) => path === '/livez').length === 8);
  await expect(rig.client.raw('/livez', { timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(isOver).toBe(false);
  await stuckEnded;
  await rig.expectIntact();
});

test.each(['h2', 'http/1.1'] as const)(
  'over %s, a path in front of the server is kept once for everything',
  async (protocol) => {
    const prefix = '/clusters/a%20b';
    await using rig = await Rig.start({ server: { protocol, prefix } });
    await rig.client.apply(resources.configMaps, configMap('applied'));
    await rig.client.list(resources.configMaps, { namespace: 'default' });
    await rig.client.resources();
    await rig.client.serverVersion();
    for (const { path } of rig.server.requests) expect(path.startsWith(`${prefix}/`)).toBe(true);
    await rig.expectIntact();
  },
);

test('large lists arrive compressed where the server can, and are the same', async () => {
  await using rig = await Rig.start({ features: { gzip: true } });
  const list = await rig.client.list(resources.configMaps);
  expect(list.items).toHaveLength(10);
  await rig.expectIntact();
});

test('an answer that is no valid gzip is a ProtocolError', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (exchange.isWatch) return false;
    exchange.text(200, '{}', { 'content-encoding': 'gzip' });
    return true;
  });
  await expect(rig.client.list(resources.configMaps)).rejects.toMatchObject({ name: 'ProtocolError' });
  await rig.expectIntact();
});

test.each([true, false])(
  'a kind that appears later is found (aggregated discovery: %s)',
  async (aggregatedDiscovery) => {
    await using rig = await Rig.start({ features: { aggregatedDiscovery } });
    const known = await rig.client.resources();
    expect(known).toHaveLength(3);
    await expect(rig.client.resourceFor(widgets)).rejects.toMatchObject({ name: 'NoMatchError' });
    rig.server.resources.push(widgets);
    await eventually(async () => expect(await rig.client.resourceFor(widgets)).toEqual(widgets));
    await rig.expectIntact();
  },
);

test('a hundred reflectors on one client all follow', async () => {
  await using rig = await Rig.start();
  const reflectors = Array.from(
    { length: 100 },
    () => new Reflector({ client: rig.client, resource: resources.configMaps, project: () => true }),
  );
  const running = Promise.all(reflectors.map((reflector) => reflector.run(rig.signal)));
  await Promise.all(reflectors.map((reflector) => reflector.whenSynced(AbortSignal.timeout(10_000))));
  expect(new Set(reflectors.map(({ store }) => store.size))).toEqual(new Set([10]));
  rig.put('seen-by-all');
  await eventually(() => reflectors.every(({ store }) => store.has('default/seen-by-all')));
  await rig.expectIntact();
  await running;
});

test('closing ends calls that wait for their turn', async () => {
  await using rig = await Rig.start({
    client: { limits: { requestsPerSecond: 0.001, burst: 1, inFlight: 1 } },
  });
  const calls = Promise.allSettled(Array.from({ length: 5 }, () => rig.client.raw('/livez')));
  await rig.expectNothingLeft();
  const outcomes = await calls;
  for (const outcome of outcomes)
    expect(String((outcome as PromiseRejectedResult).reason)).toContain('the client was closed');
});

test('a closed client refuses calls, and closing twice is no harm', async () => {
  await using rig = await Rig.start();
  await rig.client.close();
  await rig.client.close();
  await expect(rig.client.raw('/livez')).rejects.toThrow('the client was closed');
  await rig.expectNothingLeft();
});
