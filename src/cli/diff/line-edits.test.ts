import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hunksOf } from './hunks.ts';
import { lineEdits } from './line-edits.ts';

/** `-b +c  d` in the signs of diff(1). */
function shown(before: string, after: string): string {
  const split = (text: string): readonly string[] => (text === '' ? [] : text.split(''));
  return lineEdits(split(before), split(after))
    .map(({ sign, text }) => sign.trim() + text)
    .join(' ');
}

/** Longest common subsequence by the textbook's table. */
function common(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const item of a) {
    const next: number[] = [];
    for (const [j, other] of b.entries())
      next.push(item === other ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

describe('the edits between two texts', () => {
  it.each([
    ['', '', ''],
    ['ab', 'ab', 'a b'],
    ['', 'a', '+a'],
    ['a', '', '-a'],
    ['abc', 'axc', 'a -b +x c'],
    ['abcd', 'bcde', '-a b c d +e'],
    ['ab', 'xy', '-a -b +x +y'],
    ['abcabba', 'cbabac', '-a +c b -c a b -b a +c'],
  ])('%s, %s: %s', (before, after, edits) => {
    expect(shown(before, after)).toBe(edits);
  });

  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });

  it('lead from the one to the other, and are as few as can be', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const edits = lineEdits(before, after);
        const without = (sign: '-' | '+'): readonly string[] =>
          edits.filter((edit) => edit.sign !== sign).map(({ text }) => text);
        expect(without('+')).toEqual(before);
        expect(without('-')).toEqual(after);
        expect(edits.filter(({ sign }) => sign === ' ')).toHaveLength(common(before, after));
      }),
    );
  });

  it('of two long texts without anything in common are found all the same', () => {
    const long = (word: string): readonly string[] =>
      Array.from({ length: 2_000 }, (_, line) => `${word} ${line}`);
    expect(lineEdits(long('a'), long('b'))).toHaveLength(4_000);
  });
});

describe('hunks', () => {
  const text = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const extents = (after: readonly string[]) =>
    hunksOf(lineEdits(text, after)).map(({ before: { start, count }, after: to }) => [
      start,
      count,
      to.start,
      to.count,
    ]);

  it('have three lines on either side of a difference', () => {
    expect(extents(text.with(9, 'other'))).toEqual([[7, 7, 7, 7]]);
    expect(extents(text.with(0, 'other'))).toEqual([[1, 4, 1, 4]]);
    expect(extents(text.with(29, 'other'))).toEqual([[27, 4, 27, 4]]);
  });

  it('join differences that are near one another', () => {
    expect(extents(text.with(9, 'a').with(16, 'b'))).toHaveLength(2);
    expect(extents(text.with(9, 'a').with(15, 'b'))).toHaveLength(1);
  });

  it('number the lines of either text', () => {
    expect(extents(text.toSpliced(4, 1).toSpliced(20, 0, 'new'))).toEqual([
      [2, 7, 2, 6],
      [19, 6, 18, 7],
    ]);
  });

  it('of a text that is new or gone begin at 0', () => {
    expect(extents([])).toEqual([[1, 30, 0, 0]]);
    expect(hunksOf(lineEdits([], text))[0]).toMatchObject({
      before: { start: 0, count: 0 },
      after: { start: 1, count: 30 },
    });
  });

  it('are none where nothing differs', () => {
    expect(extents(text)).toEqual([]);
  });
});
