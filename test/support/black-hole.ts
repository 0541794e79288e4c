import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Accepts connections and says nothing on them, ever. */
export class BlackHole {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async open(): Promise<BlackHole> {
    const hole = new BlackHole();
    hole.#server.listen(0, '127.0.0.1');
    await once(hole.#server, 'listening');
    return hole;
  }

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket
        .on('error', () => undefined)
        .once('close', () => this.#sockets.delete(socket))
        .resume();
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that somebody waits on. */
  get open(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}
