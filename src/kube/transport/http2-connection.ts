import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { BrokenStreamError, type Exchange, type HttpAnswer, NotProcessedError } from './exchange.ts';
import { cancel, Http2Body } from './http2-body.ts';
import { type PingOptions, watchPings } from './ping-watchdog.ts';

export interface Http2ConnectionOptions extends PingOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Never more streams than this, whatever the server allows. */
  readonly mostStreams: number;
  /** How long the server may take to send its settings. */
  readonly openTimeoutMs: number;
  /** How long a connection without streams is kept. */
  readonly idleTimeoutMs: number;
  /** Called once, when the connection is no more. */
  readonly onClosed: () => void;
}

export class SilentConnectionError extends Error {
  override readonly name = 'SilentConnectionError';
  readonly code = 'ETIMEDOUT';
}

/** RFC 9113 §6.2; node:http2 tells frame types as numbers. */
const headersFrame = 1;
/** Windows that let a list of some megabytes through in few round trips; Node's default of 64 KiB takes one for each. */
const streamWindowBytes = 1 << 20;
const connectionWindowBytes = 4 << 20;

type Phase = 'opening' | 'open' | 'draining' | 'closed';

/**
 * One HTTP/2 connection.
 *
 * opening    waits for the server's settings, which say how many streams it allows
 * open       takes requests while there are streams left
 * draining   takes none: the server said GOAWAY, or this side retired it; ends with its last stream
 * closed     for good
 *
 * PINGs guard it in every phase, so that a server that freezes while it drains is found as well.
 */
export class Http2Connection {
  readonly #options: Http2ConnectionOptions;
  readonly #socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #opened = Promise.withResolvers<void>();
  readonly #stopPings: () => void;
  #phase: Phase = 'opening';
  #streams = 0;
  /** The last stream that the server will look at. */
  #lastStreamId = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** Why it ended, for streams that are told no more than that they are closed. */
  #reason: Error | undefined;

  /** Takes the socket over: from now on the connection ends it. */
  constructor(socket: Socket, options: Http2ConnectionOptions) {
    this.#options = options;
    this.#socket = socket;
    this.#session = connect(options.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: streamWindowBytes },
    });
    this.#opened.promise.catch(() => undefined);
    this.#session
      .once('connect', () => this.#session.setLocalWindowSize(connectionWindowBytes))
      .once('remoteSettings', () => this.#open())
      .on('goaway', (_code: number, lastStreamId: number) => {
        this.#lastStreamId = lastStreamId;
        this.drain();
      })
      .on('error', (error: Error) => this.#fail(error))
      .once('close', () => this.#close());
    const { pingIntervalMs, pongTimeoutMs, openTimeoutMs } = options;
    this.#stopPings = watchPings(this.#session, socket, options, () => {
      const limitMs = pingIntervalMs + pongTimeoutMs;
      this.destroy(new SilentConnectionError(`nothing was heard on the connection for ${limitMs} ms`));
    });
    this.#timer = setTimeout(() => {
      this.destroy(
        new SilentConnectionError(`the server sent no HTTP/2 settings within ${openTimeoutMs} ms`),
      );
    }, openTimeoutMs).unref();
  }

  /** Resolves when the first request can be made; rejects with what prevented it. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get isFree(): boolean {
    return this.#phase === 'open' && this.#streams < this.capacity;
  }

  /** How many streams there may be at a time. */
  get capacity(): number {
    const { maxConcurrentStreams = Number.POSITIVE_INFINITY } = this.#session.remoteSettings ?? {};
    return Math.min(this.#options.mostStreams, maxConcurrentStreams);
  }

  /** Rejects with the signal's reason, with NotProcessedError, or with what broke the stream. */
  request(exchange: Exchange): Promise<HttpAnswer> {
    if (!this.isFree) return Promise.reject(new NotProcessedError('the connection takes no more requests'));
    clearTimeout(this.#timer);
    this.#streams++;
    return this.#send(exchange);
  }

  /** Takes no more requests and ends with the last that is under way. */
  drain(): void {
    if (this.#phase !== 'opening' && this.#phase !== 'open') return;
    this.#phase = 'draining';
    this.#opened.reject(new NotProcessedError('the connection takes no more requests'));
    this.#endIfUnused();
  }

  destroy(reason: Error): void {
    if (this.#phase === 'closed') return;
    this.#fail(reason);
    this.#session.destroy(reason);
    this.#socket.destroy();
    this.#close();
  }

  #open(): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'open';
    this.#awaitUse();
    this.#opened.resolve();
  }

  #send(exchange: Exchange): Promise<HttpAnswer> {
    const stream = this.#newStream(exchange);
    if (stream instanceof Error) return Promise.reject(stream);
    const { signal, body } = exchange;
    const asked = Promise.withResolvers<HttpAnswer>();
    // A stream may be open for an hour: what was answered is let go as soon as it is answered.
    let awaited: typeof asked | undefined = asked;
    let isUnsent = false;
    const fail = (error: Error): void => {
      awaited?.reject(this.#hasSeen(stream) && !isUnsent ? error : notProcessed(error));
      awaited = undefined;
    };
    const whyBroken = (): Error =>
      this.#reason ?? new BrokenStreamError('the server ended the stream too early');
    const onAbort = (): void => {
      awaited?.reject(signal.reason);
      awaited = undefined;
      cancel(stream, signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    stream
      .once('response', (headers) => {
        awaited?.resolve({
          status: Number(headers[':status']),
          headers,
          body: new Http2Body(stream, whyBroken),
        });
        awaited = undefined;
      })
      .on('frameError', (type: number) => {
        isUnsent ||= type === headersFrame;
      })
      .on('error', fail)
      .once('close', () => {
        signal.removeEventListener('abort', onAbort);
        if (awaited !== undefined) fail(whyBroken());
        this.#ended();
      });
    const { promise } = asked;
    if (body !== undefined) stream.end(body);
    return promise;
  }

  #newStream(exchange: Exchange): ClientHttp2Stream | Error {
    try {
      return this.#session.request(headersOf(exchange), { endStream: exchange.body === undefined });
    } catch (error) {
      // Stream numbers are used up, or the session ended and has not said so yet.
      this.#ended();
      this.drain();
      return notProcessed(error as Error);
    }
  }

  /** Whether the server may have acted on a stream that failed (RFC 9113 §6.8, §8.7). */
  #hasSeen(stream: ClientHttp2Stream): boolean {
    const { id, rstCode } = stream;
    return id !== undefined && id <= this.#lastStreamId && rstCode !== constants.NGHTTP2_REFUSED_STREAM;
  }

  #ended(): void {
    this.#streams--;
    if (this.#streams > 0) return;
    if (this.#phase === 'open') this.#awaitUse();
    this.#endIfUnused();
  }

  #awaitUse(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.drain(), this.#options.idleTimeoutMs).unref();
  }

  #endIfUnused(): void {
    if (this.#phase === 'draining' && this.#streams === 0)
      this.destroy(new BrokenStreamError('the connection is no longer used'));
  }

  #fail(error: Error): void {
    this.#reason ??= error;
    this.#opened.reject(error);
  }

  #close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#stopPings();
    clearTimeout(this.#timer);
    this.#fail(new BrokenStreamError('the connection was closed'));
    this.#socket.destroy();
    this.#options.onClosed();
  }
}

function notProcessed(error: Error): NotProcessedError {
  return new NotProcessedError(`the server did not process the request: ${error.message}`, { cause: error });
}

function headersOf({ method, path, headers, body }: Exchange): OutgoingHttpHeaders {
  return {
    ':method': method,
    ':path': path,
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
}
