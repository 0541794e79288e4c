import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedOccurrences, type Span } from './masked-occurrences.ts';

/** Each by itself, however long that takes. */
function isKept(one: Span, kept: readonly Span[]): boolean {
  return kept.some(({ start, end }) => start <= one.start && one.end <= end);
}

test('a text stays where all of it is kept, whatever other spans there are, and nowhere else', () => {
  const span = fc.tuple(fc.nat(12), fc.nat(12)).map(([start, length]) => ({ start, end: start + length }));
  fc.assert(
    fc.property(fc.stringMatching(/^[xs]{0,12}$/), fc.array(span), (text, kept) => {
      const places = [...text.matchAll(/s/g)].map(({ index }) => ({ start: index, end: index + 1 }));
      const wanted = Array.from(text, (letter, index) => {
        const place = places.find(({ start }) => start === index);
        return place === undefined || isKept(place, kept) ? letter : '[redacted]';
      });
      expect(maskedOccurrences(text, ['s'], kept)).toBe(wanted.join(''));
    }),
  );
});

test('a text that is full of both is looked at once', () => {
  const count = 20_000;
  const looks = { count: 0 };
  const kept = Array.from({ length: count }, (_, index) => ({
    start: index,
    get end() {
      looks.count++;
      return index + 1;
    },
  }));
  expect(maskedOccurrences('s'.repeat(count), ['s'], kept)).toBe('s'.repeat(count));
  expect(looks.count).toBeLessThan(10 * count);
});
