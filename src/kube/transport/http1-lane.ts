import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { untilAborted } from '../deadline.ts';
import {
  type AnswerBody,
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
  /** The pool, which asks before it sends. */
  readonly #sender: Dispatcher;
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
    this.#sender = this.#pool.compose(askBeforeSending);
  }

  async request(exchange: Exchange): Promise<HttpAnswer> {
    if (this.#isEnded) throw new NotProcessedError('the connection was replaced');
    const { method, path, headers, body = null, signal, beforeSend } = exchange;
    const request = { method, path, headers, body, signal, beforeSend } as Dispatcher.RequestOptions;
    // undici looks at the signal of a request only once it is sent: one that waits for a connection would wait on.
    const answer = await untilAborted(this.#sender.request(request), signal);
    return { status: answer.statusCode, headers: answer.headers, body: bodyOf(answer.body) };
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

function bodyOf(body: Readable): AnswerBody {
  // One that is destroyed before anybody reads it must not end the process.
  body.on('error', () => undefined);
  return {
    read: async (onChunk) => {
      for await (const chunk of body as AsyncIterable<Buffer>) onChunk(chunk);
    },
    destroy: () => void body.destroy(),
  };
}

/** A request may have waited long for its connection. undici sends nothing once the signal has aborted by then. */
const askBeforeSending: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { beforeSend } = options as Pick<Exchange, 'beforeSend'>;
  if (beforeSend === undefined) return dispatch(options, handler);
  return dispatch(options, {
    onRequestStart: (controller, context) => {
      beforeSend();
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
    onResponseStart: (...start) => handler.onResponseStart?.(...start),
    onResponseData: (...data) => handler.onResponseData?.(...data),
    onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
    onResponseError: (...failure) => handler.onResponseError?.(...failure),
  });
};
