import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { courtesyMs, givesUp, leaseToClaim, type LeaseView } from './fair-share.ts';

const leases = (...holders: readonly (string | undefined)[]): LeaseView[] =>
  holders.map((holder, index) => ({ index, holder, claimant: undefined }));

test('a replica without a lease waits for nobody, one with more waits longer', () => {
  expect([0, 1, 9].map(courtesyMs)).toEqual([0, 50, 450]);
});

test.each([
  ['one of two', leases('a', 'a'), 'b', { index: 0, held: 0 }],
  ['nothing of a single one', leases('a'), 'b', undefined],
  ['nothing where all have their share', leases('a', 'b', 'a'), 'b', undefined],
  ['one of the replica with the most', leases('b', 'b', 'b', 'c', 'c', 'c', 'c'), 'a', { index: 3, held: 0 }],
  ['nothing that is free, because that may be taken', leases(undefined, undefined, 'a'), 'b', undefined],
] as const)('a replica asks for %s', (_what, views, me, expected) => {
  expect(leaseToClaim(views, me)).toEqual(expected);
});

test('what is asked for already counts as given', () => {
  const views = leases('a', 'a', 'a', 'a');
  const claimedByMe = [{ index: 0, holder: 'a', claimant: 'b' }, ...views.slice(1)];
  expect(leaseToClaim(claimedByMe, 'b')).toEqual({ index: 1, held: 1 });
  const claimedTwice = [
    { index: 0, holder: 'a', claimant: 'b' },
    { index: 1, holder: 'a', claimant: 'b' },
    ...views.slice(2),
  ];
  expect(leaseToClaim(claimedTwice, 'b')).toBeUndefined();
});

test('claim by claim, any spread becomes an even one', () => {
  const replicas = ['a', 'b', 'c', 'd'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...replicas), { minLength: 1, maxLength: 10 }), (holders) => {
      const owners = [...holders];
      const count = (replica: string): number => owners.filter((owner) => owner === replica).length;
      for (let round = 0; round < 40; round++) {
        const me = replicas[round % replicas.length] ?? '';
        const claim = leaseToClaim(leases(...owners), me);
        if (claim !== undefined && givesUp(count(owners[claim.index] ?? ''), claim.held))
          owners[claim.index] = me;
      }
      const counts = replicas.map(count);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
