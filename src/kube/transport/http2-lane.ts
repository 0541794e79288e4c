import type { Socket } from 'node:net';
import { untilAborted } from '../deadline.ts';
import {
  BrokenStreamError,
  type Exchange,
  type HttpAnswer,
  type Lane,
  NotProcessedError,
} from './exchange.ts';
import { Http2Connection, type Http2ConnectionOptions } from './http2-connection.ts';

export interface Http2LaneOptions extends Omit<Http2ConnectionOptions, 'onClosed'> {
  readonly connect: () => Promise<Socket>;
}

/** More mean a server that gives out no streams worth mentioning. */
const mostConnections = 32;
/** How often a request that the server did not look at is offered again. */
const attempts = 3;

/** As many HTTP/2 connections as the open streams need. A new one is opened when no stream is free, one at a time. */
export class Http2Lane implements Lane {
  readonly #options: Http2LaneOptions;
  readonly #connections = new Set<Http2Connection>();
  readonly #empty = Promise.withResolvers<void>();
  #opening: Promise<void> | undefined;
  #ended: Error | undefined;

  constructor(options: Http2LaneOptions) {
    this.#options = options;
  }

  async request(exchange: Exchange): Promise<HttpAnswer> {
    for (let attempt = 1; ;) {
      exchange.signal.throwIfAborted();
      if (this.#ended !== undefined) throw this.#ended;
      // Nothing may come between finding a free stream and taking it.
      const connection = [...this.#connections].find(({ isFree }) => isFree);
      if (connection === undefined) {
        await untilAborted(this.#open(), exchange.signal);
        continue;
      }
      exchange.beforeSend?.();
      exchange.signal.throwIfAborted();
      try {
        return await connection.request(exchange);
      } catch (error) {
        if (!(error instanceof NotProcessedError) || attempt++ >= attempts) throw error;
      }
    }
  }

  /** Takes a socket over that exists already. */
  adopt(socket: Socket): void {
    this.#opening = this.#establish(socket).finally(() => {
      this.#opening = undefined;
    });
    this.#opening.catch(() => undefined);
  }

  async retire(graceMs: number): Promise<void> {
    this.#ended ??= new NotProcessedError('the connection was replaced');
    for (const connection of this.#connections) connection.drain();
    this.#endIfEmpty();
    const timer = setTimeout(() => {
      // What is under way may have been processed, unlike what comes too late.
      this.destroy(new BrokenStreamError('the connection was replaced'));
    }, graceMs).unref();
    await this.#empty.promise;
    clearTimeout(timer);
  }

  destroy(reason: Error): void {
    this.#ended ??= reason;
    for (const connection of this.#connections) connection.destroy(reason);
    this.#endIfEmpty();
  }

  #endIfEmpty(): void {
    if (this.#connections.size === 0) this.#empty.resolve();
  }

  /** Everybody who waits for a stream waits for the same connection; whom it has no room for opens the next. */
  #open(): Promise<void> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<void> {
    if (this.#connections.size >= mostConnections)
      throw new BrokenStreamError(`no stream is free on ${mostConnections} connections`);
    const socket = await this.#options.connect();
    if (this.#ended === undefined) return this.#establish(socket);
    socket.destroy();
    throw this.#ended;
  }

  async #establish(socket: Socket): Promise<void> {
    if (socket.destroyed) throw new BrokenStreamError('the server closed the connection at once');
    const connection = new Http2Connection(socket, {
      ...this.#options,
      onClosed: () => {
        this.#connections.delete(connection);
        if (this.#ended !== undefined) this.#endIfEmpty();
      },
    });
    this.#connections.add(connection);
    await connection.opened;
    if (connection.capacity > 0) return;
    const refusal = new BrokenStreamError('the server allows no HTTP/2 streams');
    connection.destroy(refusal);
    throw refusal;
  }
}
