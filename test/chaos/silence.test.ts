import { expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { eventually } from '../support/eventually.ts';
import { configMap, quickPings, Rig } from '../support/rig.ts';

const impatient = { relayed: true, client: { transport: quickPings } } as const;

test('a server that freezes is found by its missing PONG; after the thaw the watch resumes without a list', async () => {
  await using rig = await Rig.start(impatient);
  rig.relay?.freeze();
  rig.churn('frozen');
  await eventually(() => rig.failures.length > 0, 'the discovery of the silence');
  rig.relay?.thaw();
  await rig.converged();
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('a quiet connection that answers PINGs is left alone', async () => {
  let pongs = 0;
  const transport = { ...quickPings, pingIntervalMs: 10, onPong: () => void pongs++ };
  await using rig = await Rig.start({ client: { transport } });
  const [before] = rig.server.watches;
  await eventually(() => rig.server.pings >= 6 && pongs >= 5);
  expect([...rig.server.watches]).toEqual([before]);
  expect(rig.failures).toEqual([]);
  await rig.expectIntact();
});

test('a server that freezes after its GOAWAY is found as well', async () => {
  await using rig = await Rig.start(impatient);
  rig.server.goaway();
  expect(await rig.client.raw('/livez')).toBe('ok');
  rig.relay?.freeze();
  await eventually(() => rig.failures.length > 0, 'the discovery of the silence');
  rig.relay?.thaw();
  await rig.expectIntact();
});

test('a call to a frozen server ends with its deadline, and the next ones succeed after the thaw', async () => {
  await using rig = await Rig.start(impatient);
  await rig.client.raw('/livez');
  rig.relay?.freeze();
  await expect(rig.client.raw('/livez', { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
  rig.relay?.thaw();
  await rig.client.raw('/livez');
  await rig.expectIntact();
});

test('a call that outlives a frozen connection is sent again over a new one', async () => {
  await using rig = await Rig.start(impatient);
  await rig.client.raw('/livez');
  rig.relay?.freeze();
  const call = rig.client.apply(resources.configMaps, configMap('patient'));
  await eventually(() => rig.failures.length > 0, 'the discovery of the silence');
  rig.relay?.thaw();
  expect(await call).toMatchObject(configMap('patient'));
  await rig.expectIntact();
});

test('a connection whose server is gone without a word is found', async () => {
  await using rig = await Rig.start(impatient);
  rig.relay?.halfOpen();
  rig.churn('half-open');
  await rig.converged();
  expect(rig.failures).toMatchObject([{ name: 'UnreachableError', kind: 'Timeout' }]);
  await rig.expectIntact();
});

test('a server that accepts connections and says nothing fails calls by their deadline, and closing does not wait', async () => {
  await using rig = await Rig.startUnsynced({ relayed: true });
  rig.relay?.freeze();
  await expect(rig.client.raw('/livez', { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
  await rig.client.close();
  rig.relay?.thaw();
  await rig.expectNothingLeft();
});

test('an answer that stalls after its headers ends with the deadline of the call', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (exchange.path !== '/livez') return false;
    exchange.head(200, { 'content-type': 'text/plain' });
    exchange.write('o');
    return true;
  });
  await expect(rig.client.raw('/livez', { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
  await rig.expectIntact();
});

test.each(['h2', 'http/1.1'] as const)('over %s, cut connections are made anew', async (protocol) => {
  await using rig = await Rig.start({ server: { protocol } });
  for (let round = 0; round < 3; round++) {
    rig.server.cutConnections();
    rig.churn(`cut-${round}`);
    await rig.client.apply(resources.configMaps, configMap(`applied-${round}`));
    await rig.converged();
  }
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test.each(['h2', 'http/1.1'] as const)(
  'over %s, a watch that is reset resumes where it was',
  async (protocol) => {
    await using rig = await Rig.start({ server: { protocol } });
    for (const code of [2, 7, 8]) {
      for (const watch of rig.server.watches) watch.reset(code);
      rig.churn(`reset-${code}`);
      await rig.converged();
    }
    expect(rig.reflector.counts.lists).toBe(1);
    await rig.expectIntact();
  },
);

test('a call that is reset is sent again where that is safe', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (exchange.isWatch) return false;
    exchange.reset();
    return true;
  }, 1);
  expect(await rig.client.apply(resources.configMaps, configMap('applied'))).toMatchObject(
    configMap('applied'),
  );
  await rig.expectIntact();
});

test('a call that is refused as unprocessed is sent again, whatever its method', async () => {
  const refusedStream = 7;
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (exchange.isWatch) return false;
    exchange.reset(refusedStream);
    return true;
  }, 2);
  expect(await rig.client.create(resources.configMaps, configMap('created'))).toMatchObject(
    configMap('created'),
  );
  await rig.expectIntact();
});

test('aborting calls and watches at any moment leaves nothing behind', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => exchange.path === '/livez');
  for (let round = 0; round < 30; round++) {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { signal } = controller;
    const pending = [
      rig.client.raw('/livez', { signal }),
      rig.client.list(resources.configMaps, { signal }),
      rig.client.watch(resources.configMaps, { resourceVersion: '1' }, () => undefined, signal),
    ].map((promise) => promise.catch((error: unknown) => error));
    for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    const [call, list] = await Promise.all(pending);
    expect(call).toBe(reason);
    expect(list === reason || typeof list === 'object').toBe(true);
  }
  await rig.expectIntact();
});
