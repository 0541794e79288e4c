import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BrokenWatchLine, watchLines } from './watch-lines.ts';

function read(chunks: readonly Buffer[], longest?: number): unknown[] {
  const documents: unknown[] = [];
  const onChunk = watchLines((document) => documents.push(document), longest);
  for (const chunk of chunks) onChunk(chunk);
  return documents;
}

/** Cuts bytes at the given places, in whatever order and however often they are named. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

test('any split of the bytes into chunks gives the same documents', () => {
  const documents = fc.array(fc.jsonValue(), { maxLength: 8 });
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 20 }), (values, places) => {
      const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
      expect(read(cut(bytes, places))).toEqual(
        values.map((value) => JSON.parse(JSON.stringify(value)) as unknown),
      );
    }),
  );
});

test('a last line without its newline is not a document', () => {
  expect(read([Buffer.from('{"a":1}\n{"b":2}')])).toEqual([{ a: 1 }]);
});

test('empty lines are nothing', () => {
  expect(read([Buffer.from('\n\n1\n\n')])).toEqual([1]);
});

test('a line that is too long ends the reading before it is complete', () => {
  const endless = [Buffer.from('1\n"'), Buffer.alloc(40, 'x'), Buffer.alloc(40, 'x'), Buffer.alloc(40, 'x')];
  const documents: unknown[] = [];
  const onChunk = watchLines((document) => documents.push(document), 100);
  const reading = (): void => {
    for (const chunk of endless) onChunk(chunk);
  };
  expect(reading).toThrow(new BrokenWatchLine('a watch event is longer than 100 bytes'));
  expect(documents).toEqual([1]);
});

test('a line that is no JSON is not quoted', () => {
  expect(() => read([Buffer.from('secret\n')])).toThrow(new BrokenWatchLine('a watch event is not JSON'));
});
