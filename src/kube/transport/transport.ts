import type { Socket } from 'node:net';
import { untilAborted } from '../deadline.ts';
import type { Endpoint } from '../endpoint.ts';
import { Connector, type Protocol, protocolOf } from './connector.ts';
import {
  BrokenStreamError,
  type Exchange,
  type HttpAnswer,
  type Lane,
  NotProcessedError,
  type Purpose,
} from './exchange.ts';
import { Http2Lane } from './http2-lane.ts';

export interface TransportOptions {
  readonly endpoint: Endpoint;
  /** PEM client certificate; a transport has one for life, a new certificate needs a new transport. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Default 10 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Default 10 s; together with the PONG timeout it bounds how long a half-open connection goes unnoticed. */
  readonly pingIntervalMs?: number | undefined;
  /** Default 5 s. */
  readonly pongTimeoutMs?: number | undefined;
  /** Told of every PONG; the other end may be a gateway in front of the server. */
  readonly onPong?: (() => void) | undefined;
  /** How long a retired transport leaves its streams open. Default 30 s. */
  readonly retireGraceMs?: number | undefined;
  readonly onConnect?:
    | ((connection: { readonly protocol: Protocol; readonly resumed: boolean }) => void)
    | undefined;
}

type Lanes = Readonly<Record<Purpose, Lane>>;

/**
 * idle     nothing is connected; the first exchange opens
 * opening  one connection attempt that every waiting exchange shares
 * open     the protocol is known and both lanes exist; their connections come and go by themselves
 * ended    for good: closed, or retired while its last streams run out
 */
type State =
  | { readonly phase: 'idle' }
  | { readonly phase: 'opening'; readonly lanes: Promise<Lanes> }
  | { readonly phase: 'open'; readonly lanes: Lanes }
  | { readonly phase: 'ended'; readonly reason: NotProcessedError; readonly lanes: Lanes | undefined };

/**
 * HTTP to one API server. Watches and calls have connections of their own, so that neither starves the other: HTTP/2
 * where the server speaks it, HTTP/1.1 elsewhere.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #connector: Connector;
  readonly #prefix: string;
  #state: State = { phase: 'idle' };

  /** Throws where CA, certificate or key are no PEM, or server or proxy no URLs. */
  constructor(options: TransportOptions) {
    const { endpoint, certificate, onConnect, connectTimeoutMs = 10_000 } = options;
    this.#options = options;
    this.#connector = new Connector({ endpoint, certificate, connectTimeoutMs, onConnect });
    this.#prefix = new URL(endpoint.server).pathname.replace(/\/+$/, '');
  }

  /** Sends one request. Rejects with the signal's reason and with the raw errors of sockets and streams. */
  async exchange(purpose: Purpose, exchange: Exchange): Promise<HttpAnswer> {
    const prefixed = { ...exchange, path: this.#prefix + exchange.path };
    const lanes = await untilAborted(this.#lanes(purpose), exchange.signal);
    return lanes[purpose].request(prefixed);
  }

  /** Takes nothing new. Resolves when the streams that are open have ended, or were ended after the grace period. */
  async retire(): Promise<void> {
    const reason = new NotProcessedError('the connection was replaced');
    const lanes = this.#end(reason);
    const { retireGraceMs = 30_000 } = this.#options;
    await Promise.all([lanes?.call.retire(retireGraceMs), lanes?.watch.retire(retireGraceMs)]);
    await this.#connector.close(reason);
  }

  /** Ends everything now; resolves when all connections are closed. */
  async close(): Promise<void> {
    const message = 'the client was closed';
    const lanes = this.#end(new NotProcessedError(message));
    const reason = new BrokenStreamError(message);
    lanes?.call.destroy(reason);
    lanes?.watch.destroy(reason);
    await this.#connector.close(reason);
  }

  #end(reason: NotProcessedError): Lanes | undefined {
    const state = this.#state;
    if (state.phase === 'ended') return state.lanes;
    const lanes = state.phase === 'open' ? state.lanes : undefined;
    this.#state = { phase: 'ended', reason, lanes };
    return lanes;
  }

  async #lanes(purpose: Purpose): Promise<Lanes> {
    const state = this.#state;
    if (state.phase === 'ended') throw state.reason;
    if (state.phase !== 'idle') return state.lanes;
    const opening = this.#open(purpose);
    this.#state = { phase: 'opening', lanes: opening };
    const settle = (next: State): void => {
      if (this.#state.phase === 'opening' && this.#state.lanes === opening) this.#state = next;
    };
    try {
      const lanes = await opening;
      settle({ phase: 'open', lanes });
      return lanes;
    } catch (error) {
      settle({ phase: 'idle' });
      throw error;
    }
  }

  async #open(purpose: Purpose): Promise<Lanes> {
    if (!this.#connector.isSecure) return this.#http1();
    const socket = await this.#connector.connect(['h2', 'http/1.1']);
    if (protocolOf(socket) === 'h2') return this.#http2(purpose, socket);
    // Pools make their own connections; this one only told the protocol.
    socket.destroy();
    return this.#http1();
  }

  #http2(purpose: Purpose, first: Socket): Lanes {
    const { pingIntervalMs = 10_000, pongTimeoutMs = 5_000, onPong } = this.#options;
    const shared = {
      origin: this.#connector.origin,
      connect: (): Promise<Socket> => this.#connectHttp2(lanes),
      openTimeoutMs: 10_000,
      pingIntervalMs,
      pongTimeoutMs,
      onPong,
    };
    const lanes: Record<Purpose, Http2Lane> = {
      // kube-apiserver allows 100 streams on a connection and closes it after 90 s without any.
      call: new Http2Lane({ ...shared, mostStreams: 100, idleTimeoutMs: 75_000 }),
      watch: new Http2Lane({ ...shared, mostStreams: 100, idleTimeoutMs: 5_000 }),
    };
    lanes[purpose].adopt(first);
    return lanes;
  }

  /** A load balancer may send the next connection to a server without HTTP/2: then the lanes must be made anew. */
  async #connectHttp2(lanes: Lanes): Promise<Socket> {
    const socket = await this.#connector.connect(['h2', 'http/1.1']);
    if (protocolOf(socket) === 'h2') return socket;
    socket.destroy();
    if (this.#state.phase === 'open' && this.#state.lanes === lanes) this.#state = { phase: 'idle' };
    const { retireGraceMs = 30_000 } = this.#options;
    void lanes.call.retire(retireGraceMs);
    void lanes.watch.retire(retireGraceMs);
    throw new NotProcessedError('the server no longer speaks HTTP/2');
  }

  /** Loaded when a server needs it: HTTP/1.1 brings a library along that most processes never use. */
  async #http1(): Promise<Lanes> {
    const { Http1Lane } = await import('./http1-lane.ts');
    const { origin } = this.#connector;
    const connect = (): Promise<Socket> => this.#connector.connect(['http/1.1']);
    return {
      call: new Http1Lane({
        origin,
        connect,
        mostConnections: 8,
        bodyTimeoutMs: 30_000,
        idleTimeoutMs: 75_000,
      }),
      // Without PING the bookmarks, about one a minute, are the only sign of life of a quiet watch.
      watch: new Http1Lane({
        origin,
        connect,
        mostConnections: 128,
        bodyTimeoutMs: 150_000,
        idleTimeoutMs: 5_000,
      }),
    };
  }
}
