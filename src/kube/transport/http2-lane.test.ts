import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import {
  type Frame,
  frameTypes,
  goawayPayload,
  type RawConnection,
  RawHttp2Server,
} from '../../../test/support/raw-http2-server.ts';
import { serverPair } from '../../../test/support/rig.ts';
import { type AnswerBody, BrokenStreamError, type Exchange, NotProcessedError } from './exchange.ts';
import { SilentConnectionError } from './http2-connection.ts';
import { Http2Lane, type Http2LaneOptions } from './http2-lane.ts';

/** HPACK for `:status: 200`. */
const ok = Buffer.from([0x88]);
const endHeaders = 4;
const endStream = 1;

type Script = (frame: Frame, connection: RawConnection) => void;

interface Bench extends AsyncDisposable {
  readonly lane: Http2Lane;
  readonly server: RawHttp2Server;
  readonly sockets: readonly Socket[];
}

async function bench(
  onFrame: Script,
  options: Partial<Http2LaneOptions> & { mute?: boolean } = {},
): Promise<Bench> {
  const server = await RawHttp2Server.start(await serverPair(), {
    onConnect: ({ send }) => {
      if (options.mute !== true) send({ type: frameTypes.settings });
    },
    onFrame,
  });
  const sockets: Socket[] = [];
  const lane = new Http2Lane({
    origin: `https://127.0.0.1:${server.port}`,
    connect: async () => {
      const socket = connect({ port: server.port, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
      sockets.push(socket.on('error', () => undefined));
      await once(socket, 'secureConnect');
      return socket;
    },
    mostStreams: 100,
    openTimeoutMs: 5_000,
    idleTimeoutMs: 60_000,
    pingIntervalMs: 60_000,
    pongTimeoutMs: 60_000,
    ...options,
  });
  const dispose = async (): Promise<void> => {
    lane.destroy(new Error('the test is over'));
    await eventually(() => sockets.every(({ destroyed }) => destroyed));
    await server.stop();
  };
  return { lane, server, sockets, [Symbol.asyncDispose]: dispose };
}

function request(signal = new AbortController().signal): Exchange {
  return { method: 'GET', path: '/', headers: {}, signal };
}

async function readBody(body: AnswerBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await body.read((chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

/** Does something for each new request. */
function onRequest(act: Script): Script {
  return (frame, connection) => {
    if (frame.type === frameTypes.headers) act(frame, connection);
  };
}

const answer = onRequest(({ streamId }, { send }) => {
  send({ type: frameTypes.headers, flags: endHeaders + endStream, streamId, payload: ok });
});

test('requests share a connection, and leave nothing on a signal that they share', async () => {
  await using b = await bench(answer);
  const { signal } = new AbortController();
  const answers = await Promise.all(Array.from({ length: 20 }, () => b.lane.request(request(signal))));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  for (const { body } of answers) await readBody(body);
  expect(b.server.connections).toBe(1);
  await eventually(() => getEventListeners(signal, 'abort').length === 0);
});

test('an answer that arrives in one piece is read whole, however late its reader begins', async () => {
  const text = Buffer.from('the whole body');
  await using b = await bench(
    onRequest(({ streamId }, { send, socket }) => {
      socket.cork();
      send({ type: frameTypes.headers, flags: endHeaders, streamId, payload: ok });
      send({ type: frameTypes.data, flags: endStream, streamId, payload: text });
      socket.uncork();
    }),
  );
  for (let turns = 0; turns < 4; turns++) {
    const { body } = await b.lane.request(request());
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(await readBody(body)).toEqual(text);
  }
});

test('a reader that has not begun holds the server back instead of filling the memory', async () => {
  const acknowledgement = 1;
  const pieces = 60;
  let sent = 0;
  let granted = 0;
  await using b = await bench((frame, { send }) => {
    const { type, streamId } = frame;
    // The windows that the client offers count from here on.
    if (type === frameTypes.settings && (frame.flags & acknowledgement) === 0)
      send({ type, flags: acknowledgement });
    if (type === frameTypes.windowUpdate && streamId > 0) granted += frame.payload.readUInt32BE();
    if (type !== frameTypes.headers) return;
    send({ type, flags: endHeaders, streamId, payload: ok });
    for (; sent < pieces; sent++) send({ type: frameTypes.data, streamId, payload: Buffer.alloc(16_384) });
  });
  const { body } = await b.lane.request(request());
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  const grantedUnread = granted;
  let read = 0;
  const reading = body.read((chunk) => {
    read += chunk.length;
  });
  await eventually(() => read === pieces * 16_384);
  await eventually(() => granted > 0);
  expect(grantedUnread).toBe(0);
  body.destroy();
  await expect(reading).rejects.toBeInstanceOf(BrokenStreamError);
});

test.each([
  {
    name: 'cancels the stream',
    cut: (streamId: number, { send }: RawConnection) =>
      send({ type: frameTypes.rstStream, streamId, payload: Buffer.from([0, 0, 0, 8]) }),
  },
  { name: 'breaks the connection', cut: (_: number, { socket }: RawConnection) => void socket.destroy() },
  { name: 'closes the connection', cut: (_: number, { socket }: RawConnection) => void socket.end() },
])('an answer is not whole where the server $name in the middle of it', async ({ cut }) => {
  const asked: [number, RawConnection][] = [];
  await using b = await bench(
    onRequest(({ streamId }, connection) => {
      asked.push([streamId, connection]);
      connection.send({ type: frameTypes.headers, flags: endHeaders, streamId, payload: ok });
      connection.send({ type: frameTypes.data, streamId, payload: Buffer.from('{"half') });
    }),
  );
  const { body } = await b.lane.request(request());
  const reading = body.read(() => {
    for (const [streamId, connection] of asked) cut(streamId, connection);
  });
  await expect(reading).rejects.toBeInstanceOf(BrokenStreamError);
});

test('a reader that throws ends the stream, and gets what it threw', async () => {
  const ended: number[] = [];
  await using b = await bench((frame, { send }) => {
    const { streamId } = frame;
    if (frame.type === frameTypes.rstStream) ended.push(streamId);
    if (frame.type !== frameTypes.headers) return;
    send({ type: frameTypes.headers, flags: endHeaders, streamId, payload: ok });
    for (const text of ['a', 'b', 'c']) send({ type: frameTypes.data, streamId, payload: Buffer.from(text) });
  });
  const { body } = await b.lane.request(request());
  const enough = new Error('enough');
  let calls = 0;
  const reading = body.read(() => {
    calls++;
    throw enough;
  });
  await expect(reading).rejects.toBe(enough);
  await eventually(() => ended.length === 1);
  expect(calls).toBe(1);
});

test('a request that may go out no more once its connection is there is not sent', async () => {
  const sent: number[] = [];
  await using b = await bench(
    onRequest((frame, connection) => {
      sent.push(frame.streamId);
      answer(frame, connection);
    }),
  );
  const ended = new AbortController();
  const reason = new Error('the lease is lost');
  let connectionsThen: number | undefined;
  const fenced = b.lane.request({
    ...request(ended.signal),
    beforeSend: () => {
      connectionsThen = b.sockets.length;
      ended.abort(reason);
    },
  });
  await expect(fenced).rejects.toBe(reason);
  expect(connectionsThen).toBe(1);
  expect(sent).toEqual([]);
  await readBody((await b.lane.request(request())).body);
  expect(sent).toHaveLength(1);
});

test('a server that sends no settings is given up on', async () => {
  await using b = await bench(() => undefined, { mute: true, openTimeoutMs: 50 });
  await expect(b.lane.request(request())).rejects.toBeInstanceOf(SilentConnectionError);
  expect(b.sockets[0]?.destroyed).toBe(true);
});

test('a request that is aborted while the connection opens ends at once, and the others go on', async () => {
  const greeting = Promise.withResolvers<RawConnection>();
  await using b = await bench(
    (frame, connection) => {
      if (frame.type === frameTypes.settings) greeting.resolve(connection);
      answer(frame, connection);
    },
    { mute: true },
  );
  const controller = new AbortController();
  const leaving = b.lane.request(request(controller.signal));
  const staying = b.lane.request(request());
  const { send } = await greeting.promise;
  controller.abort('left');
  await expect(leaving).rejects.toBe('left');
  send({ type: frameTypes.settings });
  expect((await staying).status).toBe(200);
});

test('a server that refuses every stream is asked three times', async () => {
  let asked = 0;
  await using b = await bench(
    onRequest(({ streamId }, { send }) => {
      asked++;
      send({ type: frameTypes.rstStream, streamId, payload: Buffer.from([0, 0, 0, 7]) });
    }),
  );
  await expect(b.lane.request(request())).rejects.toBeInstanceOf(NotProcessedError);
  expect(asked).toBe(3);
});

test.each([
  {
    name: 'resets the stream',
    act: (streamId: number, { send }: RawConnection) =>
      send({ type: frameTypes.rstStream, streamId, payload: Buffer.from([0, 0, 0, 2]) }),
  },
  {
    name: 'ends the stream without an answer',
    act: (streamId: number, { send }: RawConnection) =>
      send({ type: frameTypes.rstStream, streamId, payload: Buffer.alloc(4) }),
  },
  { name: 'closes the connection', act: (_streamId: number, { socket }: RawConnection) => void socket.end() },
  {
    name: 'breaks the connection',
    act: (_streamId: number, { socket }: RawConnection) => void socket.destroy(),
  },
  {
    name: 'says GOAWAY for a later stream and closes',
    act: (_streamId: number, { send, socket }: RawConnection) => {
      send({ type: frameTypes.goaway, payload: goawayPayload(99, 0) });
      socket.end();
    },
  },
])('a server that $name may have acted on the request', async ({ act }) => {
  await using b = await bench(onRequest(({ streamId }, connection) => act(streamId, connection)));
  const failure = await b.lane.request(request()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(failure).not.toBeInstanceOf(NotProcessedError);
  expect(b.server.connections).toBe(1);
});

test.each([
  { name: 'graceful', code: 0 },
  { name: 'for an error', code: 2 },
])(
  'a stream above the last one that a GOAWAY ($name) names is offered to another connection',
  async ({ code }) => {
    let connections = 0;
    await using b = await bench(
      onRequest((frame, connection) => {
        connections = b.server.connections;
        if (connections > 1) return answer(frame, connection);
        connection.send({ type: frameTypes.goaway, payload: goawayPayload(0, code) });
      }),
    );
    expect((await b.lane.request(request())).status).toBe(200);
    expect(connections).toBe(2);
  },
);

test('a connection without streams is closed after its idle time, and the next request opens another', async () => {
  await using b = await bench(answer, { idleTimeoutMs: 30 });
  await readBody((await b.lane.request(request())).body);
  await eventually(() => b.sockets[0]?.destroyed === true);
  await readBody((await b.lane.request(request())).body);
  expect(b.server.connections).toBe(2);
});

test('a retired lane takes nothing new, and ends what is open after its grace', async () => {
  await using b = await bench(
    onRequest(({ streamId }, { send }) =>
      send({ type: frameTypes.headers, flags: endHeaders, streamId, payload: ok }),
    ),
  );
  const { body } = await b.lane.request(request());
  let hasFailed = false;
  const failed = readBody(body).catch((error: unknown) => {
    hasFailed = true;
    return error;
  });
  const retired = b.lane.retire(30);
  await expect(b.lane.request(request())).rejects.toBeInstanceOf(NotProcessedError);
  expect(hasFailed).toBe(false);
  await retired;
  expect(await failed).toEqual(new BrokenStreamError('the connection was replaced'));
});

test('a retired lane without open streams ends at once', async () => {
  await using b = await bench(answer);
  await readBody((await b.lane.request(request())).body);
  await b.lane.retire(60_000);
  expect(b.sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test('destroying a lane fails what waits for a connection and what is under way, with the reason', async () => {
  const reason = new Error('enough');
  await using silent = await bench(() => undefined, { mute: true });
  const waiting = silent.lane.request(request());
  await eventually(() => silent.server.connections === 1);
  silent.lane.destroy(reason);
  await expect(waiting).rejects.toBe(reason);

  const asked = Promise.withResolvers<void>();
  await using open = await bench(onRequest(() => asked.resolve()));
  const underWay = open.lane.request(request());
  await asked.promise;
  open.lane.destroy(reason);
  await expect(underWay).rejects.toBe(reason);
});

test('a connection that was closed before it could be used is not', async () => {
  await using b = await bench(answer);
  const socket = connect({ port: b.server.port, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  b.lane.adopt(socket.destroy());
  await expect(b.lane.request(request())).rejects.toBeInstanceOf(BrokenStreamError);
  expect((await b.lane.request(request())).status).toBe(200);
});
