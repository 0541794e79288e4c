import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A SOCKS5 proxy (RFC 1928) for CONNECT, with user and password (RFC 1929) where given. */
export class SocksProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #credentials: { readonly user: string; readonly password: string } | undefined;
  /** What was asked for, `host:port`. */
  readonly tunnels: string[] = [];
  /** A reply code other than 0 refuses: 5 is "connection refused". */
  reply = 0;

  static async start(credentials?: {
    readonly user: string;
    readonly password: string;
  }): Promise<SocksProxy> {
    const proxy = new SocksProxy(credentials);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(credentials: { readonly user: string; readonly password: string } | undefined) {
    this.#credentials = credentials;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      void this.#serve(socket).catch(() => socket.destroy());
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

  async #serve(near: Socket): Promise<void> {
    const greeting = await take(near);
    const method = this.#credentials === undefined ? 0 : 2;
    if (!greeting.subarray(2).includes(method)) {
      near.end(Buffer.from([5, 0xff]));
      return;
    }
    near.write(Buffer.from([5, method]));
    if (this.#credentials !== undefined && !(await this.#authenticate(near, this.#credentials))) return;
    const { host, port } = destination(await take(near));
    this.tunnels.push(`${host}:${port}`);
    const answer = Buffer.from([5, this.reply, 0, 1, 0, 0, 0, 0, 0, 0]);
    if (this.reply !== 0) {
      near.end(answer);
      return;
    }
    const far = connect({ host, port }, () => {
      near.write(answer);
      far.pipe(near).pipe(far);
    });
    far.on('error', () => near.destroy());
    far.once('close', () => near.destroy());
    near.once('close', () => far.destroy());
  }

  async #authenticate(
    near: Socket,
    { user, password }: { user: string; password: string },
  ): Promise<boolean> {
    const message = await take(near);
    const userEnd = 2 + (message[1] ?? 0);
    const isFriend =
      message.subarray(2, userEnd).toString() === user &&
      message.subarray(userEnd + 1).toString() === password;
    if (isFriend) near.write(Buffer.from([1, 0]));
    else near.end(Buffer.from([1, 1]));
    return isFriend;
  }
}

async function take(socket: Socket): Promise<Buffer> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk;
}

function destination(request: Buffer): { readonly host: string; readonly port: number } {
  const isName = request[3] === 3;
  const end = isName ? 5 + (request[4] ?? 0) : 8;
  const host = isName ? request.subarray(5, end).toString() : request.subarray(4, 8).join('.');
  return { host, port: request.readUInt16BE(end) };
}
