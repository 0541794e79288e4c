import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../bed/pki/index.ts';

export interface Frame {
  /** RFC 9113 §6. */
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export const frameTypes = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
} as const;

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export interface RawConnection {
  readonly socket: TLSSocket;
  send(frame: Partial<Frame> & Pick<Frame, 'type'>): void;
}

/** A server that speaks HTTP/2 frame by frame, for what Node's own would never send. */
export class RawHttp2Server {
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  /** How many connections came. */
  connections = 0;

  /** Sends nothing by itself, not even settings; `onFrame` hears every frame of the client. */
  static async start(
    pair: KeyPair,
    script: {
      readonly onConnect?: (connection: RawConnection) => void;
      readonly onFrame?: (frame: Frame, connection: RawConnection) => void;
    },
  ): Promise<RawHttp2Server> {
    const server = new RawHttp2Server(pair, script);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor(pair: KeyPair, script: Parameters<typeof RawHttp2Server.start>[1]) {
    this.#server = createServer({ ...pair, ALPNProtocols: ['h2'] }, (socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
      const connection: RawConnection = { socket, send: (frame) => void socket.write(encode(frame)) };
      script.onConnect?.(connection);
      readFrames(socket, (frame) => script.onFrame?.(frame, connection));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

/** SETTINGS with one value; 3 is SETTINGS_MAX_CONCURRENT_STREAMS. */
export function setting(identifier: number, value: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(identifier, 0);
  payload.writeUInt32BE(value, 2);
  return payload;
}

export function goawayPayload(lastStreamId: number, code: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(lastStreamId, 0);
  payload.writeUInt32BE(code, 4);
  return payload;
}

function encode({
  type,
  flags = 0,
  streamId = 0,
  payload = Buffer.alloc(0),
}: Partial<Frame> & Pick<Frame, 'type'>): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

function readFrames(socket: TLSSocket, onFrame: (frame: Frame) => void): void {
  let buffered = Buffer.alloc(0);
  let isGreeted = false;
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    if (!isGreeted && buffered.length >= preface.length) {
      buffered = buffered.subarray(preface.length);
      isGreeted = true;
    }
    if (!isGreeted) return;
    while (buffered.length >= 9 && buffered.length >= 9 + buffered.readUIntBE(0, 3)) {
      const end = 9 + buffered.readUIntBE(0, 3);
      onFrame({
        type: buffered.readUInt8(3),
        flags: buffered.readUInt8(4),
        streamId: buffered.readUInt32BE(5),
        payload: buffered.subarray(9, end),
      });
      buffered = buffered.subarray(end);
    }
  });
}
