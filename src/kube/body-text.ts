import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { HttpAnswer } from './transport/exchange.ts';

/** The body is larger than what is accepted, or not compressed as its headers say. */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';
}

const inflate = promisify(gunzip);

/** The whole body, inflated where it is gzip. A body that is too long is read no further. */
export async function readText({ headers, body }: HttpAnswer, longestBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await body.read((chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > longestBytes) throw tooLong(longestBytes);
  });
  const bytes = Buffer.concat(chunks);
  if (headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  try {
    return (await inflate(bytes, { maxOutputLength: longestBytes })).toString('utf8');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLong(longestBytes)
      : new UnreadableBodyError(`the answer is no valid gzip: ${(error as Error).message}`);
  }
}

function tooLong(longestBytes: number): UnreadableBodyError {
  return new UnreadableBodyError(`the answer is longer than ${longestBytes} bytes`);
}
