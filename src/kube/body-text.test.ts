import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readText, UnreadableBodyError } from './body-text.ts';
import type { HttpAnswer } from './transport/exchange.ts';

function answer(chunks: readonly Buffer[], headers: Record<string, string> = {}): HttpAnswer {
  return { status: 200, headers, body: Readable.from(chunks) };
}

const gzip = { 'content-encoding': 'gzip' };

test('a body is read whole, with characters split over chunks', async () => {
  const bytes = Buffer.from('a€');
  expect(await readText(answer([bytes.subarray(0, 2), bytes.subarray(2)]), 100)).toBe('a€');
});

test('gzip is inflated', async () => {
  expect(await readText(answer([gzipSync('text')], gzip), 100)).toBe('text');
});

test('a body that is too long is read no further and ended', async () => {
  let taken = 0;
  const endless = Readable.from(
    (function* chunks() {
      for (;;) {
        taken++;
        yield Buffer.alloc(10);
      }
    })(),
  );
  const reading = readText({ status: 200, headers: {}, body: endless }, 100);
  await expect(reading).rejects.toThrow(new UnreadableBodyError('the answer is longer than 100 bytes'));
  expect(taken).toBeLessThan(40);
  expect(endless.destroyed).toBe(true);
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
  const body = new Readable({ read: () => undefined });
  const reading = readText({ status: 200, headers: {}, body }, 100);
  body.destroy(error);
  await expect(reading).rejects.toBe(error);
});
