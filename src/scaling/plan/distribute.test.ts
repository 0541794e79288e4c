import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectSplit } from '../testing/expect-split.ts';
import { runs } from '../testing/property-runs.ts';
import { distribute } from './distribute.ts';

describe('a total among takers of several priorities', () => {
  const anyTakers = fc.array(
    fc.record({
      weight: fc.nat(9),
      least: fc.oneof(fc.constant(0), fc.nat(12)),
      more: fc.option(fc.nat(20), { nil: Number.POSITIVE_INFINITY }),
      priority: fc.nat(2),
      current: fc.nat(20),
    }),
    { minLength: 1, maxLength: 7 },
  );

  it.each(['weighted', 'priority', 'spillover'] as const)(
    'is split as %s promises, whatever they are',
    (strategy) => {
      fc.assert(
        fc.property(
          fc.nat(80),
          anyTakers,
          fc.constantFrom('sainteLague', 'largestRemainder'),
          (total, given, method) => {
            const takers = given.map(({ more, ...taker }, index) => ({
              ...taker,
              name: `m${index}`,
              most: taker.least + more,
            }));
            const { parts, unplaced } = distribute(total, takers, { strategy, method });
            expectSplit({ total, strategy, method }, takers, parts);
            expect(unplaced).toBe(total - [...parts.values()].reduce((sum, part) => sum + part, 0));
          },
        ),
        runs(300),
      );
    },
  );

  it('goes to the best priority of which anybody may have some', () => {
    const taker = { weight: 1, least: 0, most: 5, current: 0 };
    const takers = [
      { ...taker, name: 'm1', priority: 2, most: 0 },
      { ...taker, name: 'm2', priority: 1 },
      { ...taker, name: 'm3', priority: 0 },
    ];
    const { parts } = distribute(4, takers, { strategy: 'priority', method: 'sainteLague' });
    expect([...parts.values()]).toEqual([0, 4, 0]);
  });
});
