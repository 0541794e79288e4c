import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Http1Lane } from './http1-lane.ts';

let requests: IncomingMessage[];
let connected: PromiseWithResolvers<void>;
let lane: Http1Lane;
let close: () => Promise<void>;

beforeEach(async () => {
  requests = [];
  connected = Promise.withResolvers();
  const server = createServer((request, response) => {
    requests.push(request);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  lane = new Http1Lane({
    origin: `http://127.0.0.1:${port}`,
    connect: async (): Promise<Socket> => {
      await connected.promise;
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    mostConnections: 1,
    bodyTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
  });
  close = async () => {
    lane.destroy(new Error('the test is over'));
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
});

afterEach(() => close());

test('whether a request may go out is asked when its connection is there, and not before', async () => {
  const asked: string[] = [];
  const answer = lane.request({
    method: 'GET',
    path: '/',
    headers: {},
    signal: new AbortController().signal,
    beforeSend: () => void asked.push(`with ${requests.length} sent`),
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
  connected.resolve();
  const { status, body } = await answer;
  const chunks: Buffer[] = [];
  await body.read((chunk) => chunks.push(chunk));
  expect([status, Buffer.concat(chunks).toString()]).toEqual([200, 'ok']);
  expect(asked).toEqual(['with 0 sent']);
});

test('a request that may go out no more once its connection is there is not sent', async () => {
  const ended = new AbortController();
  const reason = new Error('the lease is lost');
  const answer = lane.request({
    method: 'POST',
    path: '/',
    headers: {},
    body: '{}',
    signal: ended.signal,
    beforeSend: () => ended.abort(reason),
  });
  connected.resolve();
  await expect(answer).rejects.toBe(reason);
  const next = await lane.request({
    method: 'GET',
    path: '/',
    headers: {},
    signal: new AbortController().signal,
  });
  next.body.destroy();
  expect(requests.map(({ method }) => method)).toEqual(['GET']);
});
