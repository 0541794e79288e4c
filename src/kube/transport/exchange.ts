/** What a request is for: watches stay open for minutes, calls end; each kind has connections of its own. */
export type Purpose = 'call' | 'watch';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** A list is a header for each of its values. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
  /** Called when a connection is there and nothing but the write is left; nothing is sent where this aborts the signal. */
  readonly beforeSend?: (() => void) | undefined;
  /** Ends the exchange, its answer's body included. */
  readonly signal: AbortSignal;
}

/** Whoever gets it must read it, once, or destroy it. */
export interface AnswerBody {
  /**
   * Hands every chunk over as it comes; resolves at the end. Rejects with what broke it, or with what `onChunk` threw:
   * then the rest is not wanted, and the server is told.
   */
  read(onChunk: (chunk: Buffer) => void): Promise<void>;
  destroy(): void;
}

/** The head of an answer, and what follows it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AnswerBody;
}

/** Connections of one protocol to one server, for one purpose. Everything rejects with raw errors of sockets and streams. */
export interface Lane {
  request(exchange: Exchange): Promise<HttpAnswer>;
  /** Takes nothing new; resolves when what is open has ended, and ends it after `graceMs`. */
  retire(graceMs: number): Promise<void>;
  destroy(reason: Error): void;
}

/** The server has not acted on the request and never will: sending it again is safe, whatever its method. */
export class NotProcessedError extends Error {
  override readonly name = 'NotProcessedError';
  readonly code = 'ECONNRESET';
}

/** The connection or the stream ended before its work was done; the server may have acted on the request. */
export class BrokenStreamError extends Error {
  override readonly name = 'BrokenStreamError';
  readonly code = 'ECONNRESET';
}
