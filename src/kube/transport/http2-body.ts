import { type ClientHttp2Stream, constants } from 'node:http2';
import { Readable } from 'node:stream';

/**
 * The body of an answer as a stream of its own. node:http2 calls a stream closed as soon as its last frame has arrived,
 * and Node's async iterators take that for a premature end, although data may still wait to be read.
 * `whyBroken` tells why a stream was closed before its end where nothing else does.
 */
export function bodyOf(stream: ClientHttp2Stream, whyBroken: () => Error): Readable {
  let isWhole = false;
  const body = new Readable({
    read: () => void stream.resume(),
    destroy: (error, done) => {
      if (!isWhole) cancel(stream);
      done(error);
    },
  });
  stream
    .on('data', (chunk: Buffer) => {
      if (!body.push(chunk)) stream.pause();
    })
    .once('end', () => {
      isWhole = true;
      body.push(null);
    })
    .on('error', (error: Error) => body.destroy(error))
    .once('close', () => {
      if (!isWhole) body.destroy(whyBroken());
    });
  // Its reader hears of errors as well; one that nobody reads must not end the process.
  return body.on('error', () => undefined);
}

/** Tells the server that nobody listens any more. */
export function cancel(stream: ClientHttp2Stream, reason?: Error): void {
  if (stream.destroyed) return;
  stream.close(constants.NGHTTP2_CANCEL);
  stream.destroy(reason);
}
