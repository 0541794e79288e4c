import { expect, test } from 'vitest';
import { acquiredLease, claimedLease, releasedLease, renewedLease } from './lease.ts';
import { freeFrom, mineFrom, observeLease } from './lease-observation.ts';

const name = { namespace: 'a', name: 'serving.00-of-01' };
const wallClock = Date.parse('2020-01-01T00:00:00Z');
const theirs = { identity: 'them', durationMs: 15_000, now: wallClock };
const lease = acquiredLease(name, undefined, theirs);
const me = { identity: 'me', held: 0, heirsStartMs: 2_000 };

test('a lease that shows no new beat is free after its duration by our own clock, whatever times are written in it', () => {
  const first = observeLease(undefined, lease, 1_000);
  const again = observeLease(first, lease, 9_000);
  expect([freeFrom(first), freeFrom(again)]).toEqual([16_000, 16_000]);
});

test('a renewal starts the time anew, a claim does not', () => {
  const first = observeLease(undefined, lease, 1_000);
  expect(freeFrom(observeLease(first, renewedLease(lease, { ...theirs, now: wallClock + 1 }), 3_000))).toBe(
    18_000,
  );
  expect(freeFrom(observeLease(first, claimedLease(lease, { identity: 'x', held: 0 }), 3_000))).toBe(16_000);
});

test('a Lease that is deleted is free when it would have been', () => {
  const first = observeLease(undefined, lease, 1_000);
  expect(freeFrom(observeLease(first, undefined, 2_000))).toBe(16_000);
});

test('one that never existed is free at once', () => {
  expect(mineFrom(observeLease(undefined, undefined, 1_000), me)).toBe(1_000);
});

test.each([
  ['nobody', releasedLease(lease, wallClock), me, 1_000],
  ['nobody, for a replica that holds three', releasedLease(lease, wallClock), { ...me, held: 3 }, 1_150],
  ['nobody, and left to another', releasedLease(lease, wallClock, 'heir'), me, 3_000],
  ['nobody, and left to us', releasedLease(lease, wallClock, 'me'), me, 1_000],
  ['another', lease, me, 16_000],
  ['us', acquiredLease(name, undefined, { ...theirs, identity: 'me' }), me, Number.NEGATIVE_INFINITY],
])('a lease held by %s may be taken in time', (_holder, seen, by, from) => {
  expect(mineFrom(observeLease(undefined, seen, 1_000), by)).toBe(from);
});
