import { type buildConnector, Client, type Dispatcher } from 'undici';
import { watchPongs } from './pong-watchdog.ts';

export interface Http2LaneOptions {
  readonly origin: string;
  readonly connect: buildConnector.connector;
  /** Streams on one connection before another one is opened; kube-apiserver allows 100. */
  readonly streamsPerConnection: number;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** 0 for streams that may be silent for as long as they like. */
  readonly bodyTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

interface Connection {
  readonly client: Client;
  readonly stopWatchdog: () => void;
  streams: number;
}

/** HTTP/2 connections for one purpose, each guarded against going silent and against more streams than servers allow. */
export class Http2Lane {
  readonly #options: Http2LaneOptions;
  readonly #connections = new Set<Connection>();

  constructor(options: Http2LaneOptions) {
    this.#options = options;
  }

  async request(request: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    const connection = this.#pick();
    connection.streams++;
    try {
      const response = await connection.client.request(
        request as Dispatcher.RequestOptions & { origin: string },
      );
      response.body.once('close', () => this.#release(connection));
      return response;
    } catch (error) {
      this.#release(connection);
      throw error;
    }
  }

  /** Lets streams that are open go on and takes no new ones; their connections end with them. */
  retire(): void {
    for (const connection of this.#connections) this.#drop(connection, (client) => client.close());
  }

  async destroy(reason: Error): Promise<void> {
    const ended = [...this.#connections].map((connection) =>
      this.#drop(connection, (client) => client.destroy(reason)),
    );
    await Promise.allSettled(ended);
  }

  #pick(): Connection {
    for (const connection of this.#connections) {
      if (connection.streams < this.#options.streamsPerConnection) return connection;
    }
    return this.#open();
  }

  #open(): Connection {
    const {
      origin,
      connect,
      pingIntervalMs,
      pongTimeoutMs,
      bodyTimeoutMs,
      idleTimeoutMs,
      streamsPerConnection,
    } = this.#options;
    const client = new Client(origin, {
      connect,
      allowH2: true,
      // Ignored while HTTP/2 is up, but undici falls back to it (default 1) between a GOAWAY and the next connection:
      // with one watch still open on the old session it would then never reconnect.
      pipelining: 100,
      bodyTimeout: bodyTimeoutMs,
      headersTimeout: 60_000,
      keepAliveTimeout: idleTimeoutMs,
      h2Options: { pingInterval: pingIntervalMs, maxConcurrentStreams: streamsPerConnection },
    });
    const limitMs = pingIntervalMs + pongTimeoutMs;
    const stopWatchdog = watchPongs(client, limitMs, () => {
      void this.#drop(connection, (dead) => dead.destroy(new SilentConnectionError(limitMs)));
    });
    const connection: Connection = { client, stopWatchdog, streams: 0 };
    this.#connections.add(connection);
    return connection;
  }

  #release(connection: Connection): void {
    connection.streams--;
    // One connection is kept for the next request; what a burst opened beyond it is not.
    if (connection.streams === 0 && this.#connections.size > 1)
      void this.#drop(connection, (client) => client.close());
  }

  async #drop(connection: Connection, end: (client: Client) => Promise<void>): Promise<void> {
    if (!this.#connections.delete(connection)) return;
    connection.stopWatchdog();
    await end(connection.client).catch(() => undefined);
  }
}

export class SilentConnectionError extends Error {
  override readonly name = 'SilentConnectionError';
  readonly code = 'ETIMEDOUT';

  constructor(limitMs: number) {
    super(`the server has not answered a PING for ${limitMs} ms`);
  }
}
