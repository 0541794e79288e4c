import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { KeyPair } from '../bed/pki/index.ts';

export interface ConnectProxyOptions {
  /** Makes it an https proxy. */
  readonly pair?: KeyPair | undefined;
  /** Requires `user:password`. */
  readonly credentials?: string | undefined;
}

/** An HTTP proxy that knows CONNECT only. */
export class ConnectProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: ConnectProxyOptions;
  /** What was asked for, `host:port`. */
  readonly tunnels: string[] = [];
  /** Given, every CONNECT is answered with it; 0 leaves it without an answer. */
  refuseWith: number | undefined;

  static async start(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(options: ConnectProxyOptions) {
    this.#options = options;
    this.#server = options.pair === undefined ? createServer() : createHttpsServer({ ...options.pair });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    this.#server.on('connect', (request: IncomingMessage, socket: Socket) => this.#connect(request, socket));
  }

  /** Without credentials. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.pair === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #connect(request: IncomingMessage, near: Socket): void {
    near.on('error', () => undefined);
    this.tunnels.push(request.url ?? '');
    const { credentials } = this.#options;
    const expected =
      credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    const isStranger = expected !== undefined && request.headers['proxy-authorization'] !== expected;
    const refusal = isStranger ? 407 : this.refuseWith;
    if (refusal === 0) {
      near.resume().once('end', () => near.destroy());
      return;
    }
    if (refusal !== undefined) {
      near.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const far = connect({ host, port: Number(port) }, () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    far.on('error', () => near.destroy());
    far.once('close', () => near.destroy());
    near.once('close', () => far.destroy());
  }
}
