import { expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { eventually } from '../support/eventually.ts';
import { frameTypes, goawayPayload, RawHttp2Server } from '../support/raw-http2-server.ts';
import { configMap, Rig, serverPair } from '../support/rig.ts';

const noError = 0;
const internalError = 2;
const everyStream = 2 ** 31 - 1;

test.each([
  { name: 'graceful, for streams to come', code: noError, lastStreamId: everyStream },
  { name: 'graceful, for all streams that were not processed', code: noError, lastStreamId: 0 },
  { name: 'immediate, with an error', code: internalError, lastStreamId: 0 },
])('GOAWAY ($name) with an open watch loses no event', async ({ code, lastStreamId }) => {
  await using rig = await Rig.start();
  await rig.client.apply(resources.configMaps, configMap('before'));
  rig.server.goaway(code, lastStreamId);
  rig.churn('during');
  await rig.client.apply(resources.configMaps, configMap('after'));
  await rig.converged();
  expect(rig.reflector.counts.lists).toBe(1);
  await rig.expectIntact();
});

test('a watch that survives a GOAWAY goes on, next to new ones', async () => {
  await using rig = await Rig.start();
  const [watch] = rig.server.watches;
  rig.server.goaway();
  rig.churn('a');
  await rig.converged();
  expect([...rig.server.watches]).toEqual([watch]);
  expect(rig.failures).toEqual([]);
  await rig.expectIntact();
});

test('closing the client ends watches on a connection that is going away', async () => {
  await using rig = await Rig.start();
  rig.server.goaway();
  expect(await rig.client.raw('/livez')).toBe('ok');
  await rig.expectNothingLeft();
});

test('calls under way while GOAWAYs fall are all answered', async () => {
  await using rig = await Rig.start();
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 20 }, (_, i) =>
      rig.client.apply(resources.configMaps, configMap(`call-${round}-${i}`)),
    );
    rig.server.goaway(noError, round % 2 === 0 ? everyStream : 0);
    expect(await Promise.all(calls)).toHaveLength(20);
  }
  await rig.converged();
  await rig.expectIntact();
});

test('a create that a GOAWAY says was not processed is sent again, though creates are never repeated otherwise', async () => {
  let creates = 0;
  const refusing = await RawHttp2Server.start(await serverPair(), {
    onConnect: ({ send }) => send({ type: frameTypes.settings }),
    onFrame: ({ type }, { send, socket }) => {
      if (type !== frameTypes.headers) return;
      creates++;
      send({ type: frameTypes.goaway, payload: goawayPayload(0, noError) });
      socket.end();
    },
  });
  await using rig = await Rig.start({ relayed: true });
  rig.relay?.retarget(refusing.port);
  const created = rig.client.create(resources.configMaps, configMap('created'));
  await eventually(() => creates === 1);
  rig.relay?.retarget(rig.server.port);
  await created;
  expect(rig.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await refusing.stop();
  await rig.expectIntact();
});

test('a create that may have been processed is not sent again', async () => {
  await using rig = await Rig.start();
  rig.server.intercept((exchange) => {
    if (exchange.method !== 'POST') return false;
    exchange.session.destroy();
    return true;
  });
  await expect(rig.client.create(resources.configMaps, configMap('created'))).rejects.toMatchObject({
    name: 'UnreachableError',
    kind: 'Reset',
  });
  expect(rig.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await rig.expectIntact();
});
