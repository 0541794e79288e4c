import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureMemoryMs, refreshTime, retryDelayMs } from './refresh-schedule.ts';

const minute = 60_000;
const hour = 60 * minute;

test.for([
  ['an hour', hour, 0, hour - 5 * minute],
  ['an hour, at most earlier', hour, 1, hour - 6 * minute],
  ['15 minutes', 15 * minute, 0, 12 * minute],
  ['15 minutes, at most earlier', 15 * minute, 1, 11 * minute],
  ['two minutes', 2 * minute, 0, 90_000],
  ['five seconds', 5_000, 0, 30_000],
] as const)('a credential that lasts %s is renewed in time', ([, lifetime, random, expected]) => {
  expect(refreshTime(1_000_000, 1_000_000 + lifetime, () => random) - 1_000_000).toBe(expected);
});

test('a credential is never renewed within half a minute, and else before its end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e13 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lifetime, random) => {
        const wait = refreshTime(0, lifetime, () => random);
        expect(wait).toBeGreaterThanOrEqual(30_000);
        expect(wait).toBeLessThan(Math.max(lifetime, 30_001));
      },
    ),
  );
});

test('failures are remembered for 2 s, then twice as long each, up to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map((count) => failureMemoryMs(count) / 1000)).toEqual([
    2, 4, 8, 16, 32, 60, 60, 60,
  ]);
});

test('retries behind the back of a good credential are 5 s to a minute apart', () => {
  expect([1, 2, 3, 4, 100].map((count) => retryDelayMs(count, () => 1) / 1000)).toEqual([10, 20, 40, 60, 60]);
  expect([1, 100].map((count) => retryDelayMs(count, () => 0) / 1000)).toEqual([5, 5]);
});
