import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitColumns, type FittableColumn } from './fit-columns.ts';

describe('columns that do not fit', () => {
  const columns: readonly FittableColumn[] = [
    { width: 10 },
    { width: 10, leaveOut: 1 },
    { width: 10, leaveOut: 3 },
    { width: 10, leaveOut: 2 },
  ];

  it.each([
    [undefined, [0, 1, 2, 3]],
    [46, [0, 1, 2, 3]],
    [45, [0, 1, 3]],
    [33, [0, 1]],
    [21, [0]],
    [1, [0]],
  ])('%s characters hold the columns %j', (limit, places) => {
    expect(fitColumns(columns, { limit, margin: 0, gap: 2 })).toEqual(places);
  });

  it('count with the margin', () => {
    expect(fitColumns(columns, { limit: 46, margin: 1, gap: 2 })).toEqual([0, 1, 3]);
  });

  it('are left out only as far as needed, and those that must stay, stay', () => {
    const column = fc.record({
      width: fc.integer({ min: 1, max: 30 }),
      leaveOut: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 150 }),
        (all, limit) => {
          const places = fitColumns(all, { limit, margin: 2, gap: 2 });
          const width = places.reduce((sum, place) => sum + (all[place]?.width ?? 0), 2 * places.length);
          const left = all.filter((_, place) => !places.includes(place));
          expect(left.every(({ leaveOut }) => leaveOut !== undefined)).toBe(true);
          const optional = places.some((place) => all[place]?.leaveOut !== undefined);
          expect(width <= limit || !optional).toBe(true);
          const smallest = Math.min(...left.map((column) => column.leaveOut ?? 0));
          const kept = places.map((place) => all[place]?.leaveOut ?? 0);
          expect(Math.max(0, ...kept)).toBeLessThanOrEqual(smallest);
        },
      ),
    );
  });
});
