import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A network between client and server that can fail in the ways networks do. Frozen, it swallows and delivers nothing,
 * as a stopped process or a firewall that drops packets; what was swallowed is delivered after a thaw.
 */
export class TcpRelay {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #target: { readonly host: string; port: number };
  #frozen = false;
  /** Connections accepted so far. */
  accepted = 0;

  static async start(targetPort: number): Promise<TcpRelay> {
    const relay = new TcpRelay(targetPort);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  private constructor(port: number) {
    this.#target = { host: '127.0.0.1', port };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#join(near));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.#pairs.size;
  }

  /** Nothing moves in either direction any more; new connections are accepted and stay silent. */
  freeze(): void {
    this.#frozen = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  thaw(): void {
    this.#frozen = false;
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  /** The server's side is gone and the client is not told: its packets vanish. */
  halfOpen(): void {
    for (const { near, far } of this.#pairs) {
      far.removeAllListeners('close');
      near.unpipe();
      near.removeAllListeners('data');
      near.on('data', () => undefined);
      far.destroy();
    }
  }

  /** Every connection ends with a reset. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Later connections go to another port: a load balancer changed its mind. */
  retarget(port: number): void {
    this.#target.port = port;
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #join(near: Socket): void {
    this.accepted++;
    const far = connect({ ...this.#target, noDelay: true });
    const pair = { near, far };
    this.#pairs.add(pair);
    near.once('close', () => this.#pairs.delete(pair));
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('data', (chunk: Buffer) => far.write(chunk));
    far.on('data', (chunk: Buffer) => near.write(chunk));
    near.once('end', () => far.end());
    far.once('end', () => near.end());
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    if (!this.#frozen) return;
    near.pause();
    far.pause();
  }
}
