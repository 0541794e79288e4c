import { type ClientHttp2Stream, constants } from 'node:http2';
import type { AnswerBody } from './exchange.ts';

/**
 * The body of an answer. A stream of node:http2 is read by its events and not as an async iterable: it is called closed
 * as soon as its last frame has arrived, and iterators take that for a premature end although data may still wait. And a
 * watch that is open for an hour costs much less memory so.
 */
export class Http2Body implements AnswerBody {
  readonly #stream: ClientHttp2Stream;
  readonly #end = Promise.withResolvers<void>();
  #reader: ((chunk: Buffer) => void) | undefined;
  /** What came before the reader. */
  #early: Buffer[] = [];

  /** `whyBroken` tells why a stream was closed before its end where nothing else does. */
  constructor(stream: ClientHttp2Stream, whyBroken: () => Error) {
    this.#stream = stream;
    const { promise, resolve, reject } = this.#end;
    // Its reader hears of it as well; a body that nobody reads must not end the process.
    promise.catch(() => undefined);
    let isWhole = false;
    stream
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .once('end', () => {
        // Node ends a stream in the same way where its connection is lost; only this code tells.
        isWhole = stream.rstCode === constants.NGHTTP2_NO_ERROR;
        if (isWhole) resolve();
        else reject(whyBroken());
      })
      .on('error', reject)
      .once('close', () => {
        if (!isWhole) reject(whyBroken());
      });
  }

  read(onChunk: (chunk: Buffer) => void): Promise<void> {
    this.#reader = onChunk;
    for (const chunk of this.#early.splice(0)) this.#take(chunk);
    this.#stream.resume();
    return this.#end.promise;
  }

  destroy(): void {
    cancel(this.#stream);
  }

  #take(chunk: Buffer): void {
    if (this.#reader === undefined) {
      this.#early.push(chunk);
      this.#stream.pause();
      return;
    }
    try {
      this.#reader(chunk);
    } catch (error) {
      this.#reader = () => undefined;
      this.#end.reject(error);
      this.destroy();
    }
  }
}

/** Tells the server that nobody listens any more. */
export function cancel(stream: ClientHttp2Stream, reason?: Error): void {
  if (stream.destroyed) return;
  stream.close(constants.NGHTTP2_CANCEL);
  stream.destroy(reason);
}
