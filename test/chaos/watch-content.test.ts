import { expect, test } from 'vitest';
import { Reflector, resources } from '../../src/kube/index.ts';
import { eventually } from '../support/eventually.ts';
import type { OpenWatch } from '../support/fake-api-server/index.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { configMap, Rig } from '../support/rig.ts';

function onlyWatch(rig: Rig): OpenWatch {
  const [watch] = rig.server.watches;
  if (watch === undefined) throw new Error('no watch is open');
  return watch;
}

/** The line that tells of an object, and the object is on the server without having been told. */
function untoldLine(rig: Rig, data: Readonly<Record<string, string>>): Buffer {
  onlyWatch(rig).stop();
  const object = rig.put('by-hand', data);
  return Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
}

test.each(['h2', 'http/1.1'] as const)(
  'over %s, a line that breaks off is dropped and told again',
  async (protocol) => {
    await using rig = await Rig.start({ server: { protocol } });
    const line = untoldLine(rig, { a: 'b' });
    onlyWatch(rig).raw(line.subarray(0, line.length - 5));
    onlyWatch(rig).end();
    await rig.converged();
    expect(rig.reflector.counts.lists).toBe(1);
    await rig.expectIntact();
  },
);

test('a line that is no JSON, no event, or too strange ends the watch, and never shows in the error', async () => {
  await using rig = await Rig.start();
  for (const line of [
    '{"secret',
    '[]',
    '7',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":{"metadata":{}}}',
  ]) {
    rig.failures.length = 0;
    const watch = onlyWatch(rig);
    watch.raw(`${line}\n`);
    await eventually(() => rig.failures.length > 0);
    expect(rig.failures[0]).toMatchObject({ name: 'ProtocolError' });
    expect(String(rig.failures[0])).not.toContain('secret');
    await eventually(() => rig.server.watches.size === 1 && !rig.server.watches.has(watch));
  }
  await rig.expectIntact();
});

test.each(['h2', 'http/1.1'] as const)('over %s, an event of 5 MB arrives', async (protocol) => {
  await using rig = await Rig.start({ server: { protocol } });
  rig.put('large', { value: 'ä'.repeat(2_500_000) });
  await rig.converged();
  expect(rig.failures).toEqual([]);
  await rig.expectIntact();
});

test('characters that are split over chunks arrive whole', async () => {
  await using rig = await Rig.start();
  const line = untoldLine(rig, { text: 'aä€𝄞'.repeat(3) });
  for (const byte of line) {
    onlyWatch(rig).raw(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await rig.converged();
  onlyWatch(rig).end();
  expect(rig.reflector.store.get('default/by-hand')?.['data']).toEqual({ text: 'aä€𝄞'.repeat(3) });
  await rig.expectIntact();
});

test('a repeated DELETED says nothing new, and a re-created object is told as another one', async () => {
  await using rig = await Rig.start();
  const gone = rig.server.objects.delete(resources.configMaps, 'default/initial-1');
  onlyWatch(rig).event('DELETED', gone);
  rig.put('initial-1', { again: 'yes' });
  await rig.converged();
  const told = rig.changes.filter(({ key }) => key === 'default/initial-1').map(({ type }) => type);
  expect(told).toEqual(['set', 'delete', 'set']);
  await rig.expectIntact();
});

test('an event that was told before changes nothing', async () => {
  await using rig = await Rig.start();
  const object = rig.put('once');
  await rig.converged();
  const toldBefore = rig.changes.length;
  onlyWatch(rig).event('ADDED', object);
  onlyWatch(rig).event('MODIFIED', object);
  rig.put('after');
  await rig.converged();
  expect(rig.changes).toHaveLength(toldBefore + 1);
  await rig.expectIntact();
});

test('bookmarks alone keep an hour of quiet watches up to date: not one of them needs a list', async () => {
  const clock = new ManualClock();
  await using rig = await Rig.start({ reflector: { clock } });
  for (let minute = 1; minute <= 60; minute++) {
    await clock.advance(60_000);
    rig.server.objects.put(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `other-${minute}` },
    });
    rig.server.objects.compact();
    const watch = onlyWatch(rig);
    watch.bookmark();
    await eventually(() => rig.reflector.resourceVersion === String(rig.server.objects.revision));
    if (minute % 5 > 0) continue;
    watch.end();
    await eventually(() => rig.server.watches.size === 1 && !rig.server.watches.has(watch));
  }
  expect(rig.failures).toEqual([]);
  expect(rig.reflector.counts).toEqual({ lists: 1, watches: 13 });
  await rig.expectIntact();
});

test('watches that end at once, with or without an event, are not opened in a hot loop', async () => {
  await using rig = await Rig.start();
  const stop = rig.server.intercept((exchange) => {
    if (!exchange.isWatch) return false;
    exchange.text(200, `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: {} } })}\n`);
    return true;
  });
  rig.server.requests.length = 0;
  onlyWatch(rig).end();
  await eventually(() => rig.failures.length >= 5);
  expect(rig.server.requests.length).toBeLessThanOrEqual(7);
  stop();
  await rig.expectIntact();
});

test('a watch that goes on beyond its own timeout is ended from this side and resumed', async () => {
  const clock = new ManualClock();
  await using rig = await Rig.start({ reflector: { clock, watchSeconds: { least: 300, most: 300 } } });
  const [before] = rig.server.watches;
  await clock.advance(329_000);
  expect([...rig.server.watches]).toEqual([before]);
  await clock.advance(2_000);
  await eventually(() => rig.failures.length === 1);
  expect(rig.failures).toMatchObject([{ name: 'TimeoutError' }]);
  await clock.advance(1_000);
  await eventually(() => rig.server.watches.size === 1 && !rig.server.watches.has(before as OpenWatch));
  await rig.expectIntact();
});

test('objects that vanished while nobody watched are told as deleted by the next list', async () => {
  await using rig = await Rig.start();
  onlyWatch(rig).stop();
  for (let i = 0; i < 10; i += 2) rig.remove(`initial-${i}`);
  rig.server.objects.compact();
  onlyWatch(rig).reset();
  await rig.converged();
  const deleted = rig.changes.filter(({ type }) => type === 'delete').map(({ key }) => key);
  expect(deleted.toSorted()).toEqual([0, 2, 4, 6, 8].map((i) => `default/initial-${i}`));
  await rig.expectIntact();
});

test('a server without streaming lists is asked once per client and listed in pages from then on', async () => {
  await using rig = await Rig.start({ features: { watchList: false } });
  const other = new Reflector({
    client: rig.client,
    resource: resources.namespaces,
    project: (object) => object.metadata.name,
  });
  const running = other.run(rig.signal);
  await other.whenSynced(AbortSignal.timeout(5_000));
  const asked = rig.server.requests.filter((exchange) => exchange.query('sendInitialEvents') !== undefined);
  expect(asked).toHaveLength(1);
  await rig.expectIntact();
  await running;
});

test('a server that takes a streaming list for an ordinary watch is listed in pages after all', async () => {
  const clock = new ManualClock();
  await using rig = await Rig.startUnsynced({ reflector: { clock } });
  rig.server.intercept((exchange) => {
    if (exchange.query('sendInitialEvents') === undefined) return false;
    exchange.head(200);
    exchange.write(`${JSON.stringify({ type: 'ADDED', object: configMap('initial-1') })}\n`);
    return true;
  });
  await eventually(async () => {
    await clock.advance(61_000);
    return rig.reflector.synced;
  });
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('metadata only is kept where only metadata was asked for', async () => {
  await using rig = await Rig.start({ reflector: { metadataOnly: true } });
  rig.put('with-data', { a: 'b' });
  await rig.converged();
  expect(rig.reflector.store.get('default/with-data')).not.toHaveProperty('data');
  await rig.expectIntact();
});
