import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrokenWatchLine, watchLines } from './watch-lines.ts';

async function* streamed(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function read(chunks: readonly Buffer[], longest?: number): Promise<unknown[]> {
  return Array.fromAsync(watchLines(streamed(chunks), longest));
}

/** Cuts bytes at the given places, in whatever order and however often they are named. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

test('any split of the bytes into chunks gives the same documents', async () => {
  const documents = fc.array(fc.jsonValue(), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(documents, fc.array(fc.nat(), { maxLength: 20 }), async (values, places) => {
      const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
      expect(await read(cut(bytes, places))).toEqual(
        values.map((value) => JSON.parse(JSON.stringify(value)) as unknown),
      );
    }),
  );
});

test('a last line without its newline is not a document', async () => {
  expect(await read([Buffer.from('{"a":1}\n{"b":2}')])).toEqual([{ a: 1 }]);
});

test('empty lines are nothing', async () => {
  expect(await read([Buffer.from('\n\n1\n\n')])).toEqual([1]);
});

test('a line that is too long ends the reading before it is complete', async () => {
  const endless = [Buffer.from('1\n"'), Buffer.alloc(40, 'x'), Buffer.alloc(40, 'x'), Buffer.alloc(40, 'x')];
  const lines = watchLines(streamed(endless), 100);
  expect((await lines.next()).value).toBe(1);
  await expect(lines.next()).rejects.toThrow(new BrokenWatchLine('a watch event is longer than 100 bytes'));
});

test('a line that is no JSON is not quoted', async () => {
  await expect(read([Buffer.from('secret\n')])).rejects.toThrow(
    new BrokenWatchLine('a watch event is not JSON'),
  );
});

test('whoever stops early ends the body', async () => {
  let isEnded = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield Buffer.from('1\n');
    } finally {
      isEnded = true;
    }
  }
  for await (const line of watchLines(endless())) if (line === 1) break;
  expect(isEnded).toBe(true);
});
