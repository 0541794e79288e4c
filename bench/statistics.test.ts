import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, summarize } from './statistics.ts';

/** Zero has one sign: the order of two is anybody's guess. */
const measured = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => (value === 0 ? 0 : value));

describe('several runs of one measurement', () => {
  it.each([
    [[3], 3],
    [[1, 2], 1.5],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('%j have the median %d', (values, median) => {
    expect(summarize(values).median).toBe(median);
  });

  it('have a median between the least and the most, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.array(measured, { minLength: 1 }), (values) => {
        const { median, least, most, runs } = summarize(values);
        expect(least).toBe(Math.min(...values));
        expect(most).toBe(Math.max(...values));
        expect(median).toBeGreaterThanOrEqual(least);
        expect(median).toBeLessThanOrEqual(most);
        expect(runs).toBe(values.length);
        expect(summarize(values.toReversed())).toEqual({ median, least, most, runs });
      }),
    );
  });

  it('are at least one', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('a quantile', () => {
  it.each([
    [[3], 0.99, 3],
    [[4, 1, 3, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => 100 - index), 0.99, 99],
    [[1, 2, 3], 1, 3],
    [[1, 2, 3], 0, 1],
  ])('of %j at %d is %d', (values, part, found) => {
    expect(quantile(values, part)).toBe(found);
  });

  it('is of at least one value', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
