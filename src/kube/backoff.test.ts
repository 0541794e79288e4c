import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('each attempt waits up to twice as long as the one before, until the cap', () => {
  const waits = [0, 1, 2, 3, 4, 50].map((attempt) =>
    backoffMs(attempt, { baseMs: 100, capMs: 900 }, () => 1),
  );
  expect(waits).toEqual([100, 200, 400, 800, 900, 900]);
});

test('every wait lies between half of its ceiling and its ceiling', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, baseMs, capMs, chance) => {
        const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
        const wait = backoffMs(attempt, { baseMs, capMs }, () => chance);
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
        expect(wait).toBeLessThanOrEqual(ceiling);
      },
    ),
  );
});
