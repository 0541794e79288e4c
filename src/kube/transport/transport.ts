import type { Socket } from 'node:net';
import { type buildConnector, type Dispatcher, Pool } from 'undici';
import type { Endpoint } from '../endpoint.ts';
import { Connector, type Protocol } from './connector.ts';
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
  readonly onConnect?:
    | ((connection: { readonly protocol: Protocol; readonly resumed: boolean }) => void)
    | undefined;
}

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the endpoint's prefix. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

interface Lanes {
  readonly protocol: Protocol;
  request(purpose: Purpose, request: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
  retire(): void;
  destroy(reason: Error): Promise<void>;
}

type Purpose = 'call' | 'watch';

/**
 * idle     nothing is connected; the first exchange opens
 * opening  one connection attempt that every waiting exchange shares
 * open     the protocol is known and both lanes exist; their connections come and go by themselves
 * closed   for good
 */
type State =
  | { readonly phase: 'idle' }
  | { readonly phase: 'opening'; readonly lanes: Promise<Lanes> }
  | { readonly phase: 'open'; readonly lanes: Lanes }
  | { readonly phase: 'closed' };

/**
 * HTTP to one API server. Watches and calls have connections of their own, so that neither starves the other and a
 * GOAWAY during an open watch cannot hang the calls. HTTP/2 where the server speaks it, HTTP/1.1 pools elsewhere.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #connector: Connector;
  readonly #origin: string;
  readonly #prefix: string;
  #state: State = { phase: 'idle' };

  /** Throws where CA, certificate or key are no PEM, or the proxy is no URL. */
  constructor(options: TransportOptions) {
    this.#options = options;
    const url = new URL(options.endpoint.server);
    this.#origin = url.origin;
    this.#prefix = url.pathname === '/' ? '' : url.pathname.replace(/\/$/, '');
    this.#connector = new Connector({
      endpoint: options.endpoint,
      certificate: options.certificate,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      onConnect: options.onConnect,
    });
  }

  get protocol(): Protocol | undefined {
    return this.#state.phase === 'open' ? this.#state.lanes.protocol : undefined;
  }

  /** Sends one request; the body of the answer must be read or destroyed by the caller. Rejects with raw errors. */
  async exchange(purpose: Purpose, exchange: Exchange): Promise<Dispatcher.ResponseData> {
    const lanes = await abortable(this.#lanes(), exchange.signal);
    return lanes.request(purpose, {
      method: exchange.method,
      path: this.#prefix + exchange.path,
      headers: exchange.headers,
      body: exchange.body ?? null,
      signal: exchange.signal,
    });
  }

  /** Ends idle connections now and busy ones with their last stream. */
  retire(): void {
    const state = this.#state;
    this.#state = { phase: 'closed' };
    if (state.phase === 'open') state.lanes.retire();
    if (state.phase === 'opening') state.lanes.then((lanes) => lanes.retire()).catch(() => undefined);
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { phase: 'closed' };
    const reason = new TransportClosedError();
    if (state.phase === 'open') await state.lanes.destroy(reason);
    if (state.phase === 'opening')
      await state.lanes.then((lanes) => lanes.destroy(reason)).catch(() => undefined);
  }

  async #lanes(): Promise<Lanes> {
    const state = this.#state;
    if (state.phase === 'closed') throw new TransportClosedError();
    if (state.phase !== 'idle') return state.lanes;
    const opening = this.#open();
    this.#state = { phase: 'opening', lanes: opening };
    const isCurrent = (): boolean => this.#state.phase === 'opening' && this.#state.lanes === opening;
    try {
      const lanes = await opening;
      if (isCurrent()) this.#state = { phase: 'open', lanes };
      return lanes;
    } catch (error) {
      if (isCurrent()) this.#state = { phase: 'idle' };
      throw error;
    }
  }

  async #open(): Promise<Lanes> {
    const { socket, protocol } = await this.#connector.open();
    return protocol === 'h2' ? this.#http2(socket) : this.#http1(socket);
  }

  #http2(first: Socket): Lanes {
    const { pingIntervalMs = 10_000, pongTimeoutMs = 5_000 } = this.#options;
    const connect = this.#onlyHttp2(this.#connector.connect(true));
    const shared = { origin: this.#origin, pingIntervalMs, pongTimeoutMs };
    const spare = new SpareSocket(first);
    const call = new Http2Lane({
      ...shared,
      connect: spare.thenBy(connect),
      streamsPerConnection: 100,
      bodyTimeoutMs: 30_000,
      idleTimeoutMs: 75_000,
    });
    const watch = new Http2Lane({
      ...shared,
      connect,
      streamsPerConnection: 90,
      bodyTimeoutMs: 0,
      idleTimeoutMs: 4_000,
    });
    return {
      protocol: 'h2',
      request: (purpose, request) => (purpose === 'watch' ? watch : call).request(request),
      retire: () => {
        spare.discard();
        call.retire();
        watch.retire();
      },
      destroy: async (reason) => {
        spare.discard();
        await Promise.all([call.destroy(reason), watch.destroy(reason)]);
      },
    };
  }

  /** A load balancer may send the next connection to a server without HTTP/2: these lanes would pipeline on it. */
  #onlyHttp2(connect: buildConnector.connector): buildConnector.connector {
    return (target, callback) =>
      connect(target, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        if ((socket as { alpnProtocol?: string }).alpnProtocol === 'h2') return callback(null, socket);
        socket.destroy();
        this.#startOver();
        return callback(
          Object.assign(new Error('the server no longer speaks HTTP/2'), { code: 'ECONNRESET' }),
          null,
        );
      });
  }

  #startOver(): void {
    if (this.#state.phase !== 'open') return;
    const { lanes } = this.#state;
    this.#state = { phase: 'idle' };
    void lanes.destroy(new Error('the protocol of the server changed'));
  }

  #http1(first: Socket): Lanes {
    const connect = this.#connector.connect(false);
    const shared = { allowH2: false };
    const spare = new SpareSocket(first);
    const call = new Pool(this.#origin, {
      ...shared,
      connect: spare.thenBy(connect),
      connections: 8,
      bodyTimeout: 30_000,
      headersTimeout: 60_000,
      keepAliveTimeout: 75_000,
    });
    // Without PING the bookmarks, about one a minute, are the only sign of life of a quiet watch.
    const watch = new Pool(this.#origin, {
      ...shared,
      connect,
      connections: 128,
      bodyTimeout: 150_000,
      headersTimeout: 60_000,
    });
    return {
      protocol: 'http/1.1',
      request: (purpose, request) =>
        (purpose === 'watch' ? watch : call).request(
          request as Dispatcher.RequestOptions & { origin: string },
        ),
      retire: () => {
        spare.discard();
        void call.close();
        void watch.close();
      },
      destroy: async (reason) => {
        spare.discard();
        await Promise.allSettled([call.destroy(reason), watch.destroy(reason)]);
      },
    };
  }
}

export class TransportClosedError extends Error {
  override readonly name = 'TransportClosedError';
  readonly code = 'UND_ERR_CLOSED';

  constructor() {
    super('the client was closed');
  }
}

/** The connection that told the protocol serves the first request as well, unless it broke in between. */
class SpareSocket {
  #socket: Socket | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.once('close', () => {
      this.#socket = undefined;
    });
  }

  /** A connect function that gives the spare socket out first and connects anew from then on. */
  thenBy(connect: buildConnector.connector): buildConnector.connector {
    return (target, callback) => {
      const socket = this.#socket;
      this.#socket = undefined;
      if (socket === undefined || socket.destroyed) return connect(target, callback);
      // undici expects the callback in a later turn than the call.
      return queueMicrotask(() => callback(null, socket));
    };
  }

  discard(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

/** Waiting ends with the waiter's signal; what it waited for goes on for the others. */
async function abortable<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([shared, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
