import type { Socket } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { untilAborted } from '../deadline.ts';
import {
  BrokenStreamError,
  type Exchange,
  type HttpAnswer,
  type Lane,
  NotProcessedError,
} from './exchange.ts';

export interface Http1LaneOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connect: () => Promise<Socket>;
  /** How many requests are under way at a time; more wait. */
  readonly mostConnections: number;
  /** How long an answer may pause; 0 for as long as it likes. */
  readonly bodyTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** HTTP/1.1 connections, one request on each at a time, for servers and proxies without HTTP/2. */
export class Http1Lane implements Lane {
  readonly #pool: Pool;
  #isEnded = false;

  constructor({ origin, connect, mostConnections, bodyTimeoutMs, idleTimeoutMs }: Http1LaneOptions) {
    this.#pool = new Pool(origin, {
      allowH2: false,
      connect: (_target, callback) => {
        connect().then(
          (socket) => callback(null, socket),
          (error: unknown) => callback(error as Error, null),
        );
      },
      connections: mostConnections,
      bodyTimeout: bodyTimeoutMs,
      headersTimeout: 0,
      keepAliveTimeout: idleTimeoutMs,
    });
  }

  async request(exchange: Exchange): Promise<HttpAnswer> {
    if (this.#isEnded) throw new NotProcessedError('the connection was replaced');
    const { method, path, headers, body = null, signal } = exchange;
    const request = { method, path, headers, body, signal } as Dispatcher.RequestOptions & { origin: string };
    // undici looks at the signal of a request only once it is sent: one that waits for a connection would wait on.
    const answer = await untilAborted(this.#pool.request(request), signal);
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  }

  async retire(graceMs: number): Promise<void> {
    this.#isEnded = true;
    const timer = setTimeout(() => {
      this.destroy(new BrokenStreamError('the connection was replaced'));
    }, graceMs).unref();
    await this.#pool.close().catch(() => undefined);
    clearTimeout(timer);
  }

  destroy(reason: Error): void {
    this.#isEnded = true;
    this.#pool.destroy(reason).catch(() => undefined);
  }
}
