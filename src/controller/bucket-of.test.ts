import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf } from './bucket-of.ts';

const keys = Array.from({ length: 10_000 }, (_, index) => `namespace-${index % 97}/object-${index}`);

test('every key has one bucket within the range', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (key, total) => {
      const bucket = bucketOf(key, total);
      expect(Number.isInteger(bucket) && bucket >= 0 && bucket < total).toBe(true);
      expect(bucketOf(key, total)).toBe(bucket);
    }),
  );
});

test('the buckets of keys never change from release to release', () => {
  expect(['knative-serving/knative', 'a/b', ''].map((key) => bucketOf(key, 10))).toEqual([9, 2, 5]);
});

test.each([2, 3, 10])('keys are spread evenly over %d buckets', (total) => {
  const sizes = Array.from({ length: total }, () => 0);
  for (const key of keys) sizes[bucketOf(key, total)] = (sizes[bucketOf(key, total)] ?? 0) + 1;
  for (const size of sizes)
    expect(Math.abs(size - keys.length / total)).toBeLessThan(keys.length / total / 8);
});

test('one more bucket takes its share from the others and moves nothing else', () => {
  const moved = keys.filter((key) => bucketOf(key, 9) !== bucketOf(key, 10));
  expect(moved.every((key) => bucketOf(key, 10) === 9)).toBe(true);
  expect(moved.length).toBeLessThan(keys.length / 8);
});
