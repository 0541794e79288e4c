import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readText, UnreadableBodyError } from './body-text.ts';
import type { AnswerBody, HttpAnswer } from './transport/exchange.ts';

function answer(chunks: Iterable<Buffer>, headers: Record<string, string> = {}): HttpAnswer {
  const body: AnswerBody = {
    read: async (onChunk) => {
      for (const chunk of chunks) onChunk(chunk);
    },
    destroy: () => undefined,
  };
  return { status: 200, headers, body };
}

const gzip = { 'content-encoding': 'gzip' };

test('a body is read whole, with characters split over chunks', async () => {
  const bytes = Buffer.from('a€');
  expect(await readText(answer([bytes.subarray(0, 2), bytes.subarray(2)]), 100)).toBe('a€');
});

test('gzip is inflated', async () => {
  expect(await readText(answer([gzipSync('text')], gzip), 100)).toBe('text');
});

test('a body that is too long is read no further', async () => {
  let taken = 0;
  function* endless(): Generator<Buffer> {
    for (;;) {
      taken++;
      yield Buffer.alloc(10);
    }
  }
  const reading = readText(answer(endless()), 100);
  await expect(reading).rejects.toThrow(new UnreadableBodyError('the answer is longer than 100 bytes'));
  expect(taken).toBe(11);
});

test('a small body that inflates beyond the limit is too long', async () => {
  const bomb = answer([gzipSync(Buffer.alloc(100_000))], gzip);
  await expect(readText(bomb, 10_000)).rejects.toThrow(
    new UnreadableBodyError('the answer is longer than 10000 bytes'),
  );
});

test('what only pretends to be gzip is told as such', async () => {
  await expect(readText(answer([Buffer.from('text')], gzip), 100)).rejects.toThrow(
    'the answer is no valid gzip',
  );
});

test('a body that breaks fails with what broke it', async () => {
  const error = new Error('broke');
  const body = { read: () => Promise.reject(error), destroy: () => undefined };
  await expect(readText({ status: 200, headers: {}, body }, 100)).rejects.toBe(error);
});
