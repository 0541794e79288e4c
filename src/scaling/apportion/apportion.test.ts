import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from './apportion.ts';
import type { ApportionmentMethod, Claimant } from './claimant.ts';
import { compareTied, type Seat } from './seat.ts';

const methods: readonly ApportionmentMethod[] = ['sainteLague', 'largestRemainder'];

function claimants(weights: readonly number[], current: readonly number[] = []): readonly Claimant[] {
  return weights.map((weight, index) => ({
    name: `member-${index + 1}`,
    weight,
    current: current[index] ?? 0,
    least: 0,
    most: Number.POSITIVE_INFINITY,
  }));
}

function split(total: number, given: readonly Claimant[], method?: ApportionmentMethod): readonly number[] {
  const { parts } = apportion(total, given, method);
  return given.map(({ name }) => parts.get(name) ?? -1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

describe('the split of reference §2.3.3', () => {
  const columns = [1, 2, 3, 4, 5, 7, 10];
  const rows: readonly (readonly [weights: readonly number[], ...splits: string[]])[] = [
    [[1, 1, 1], '1/0/0', '1/1/0', '1/1/1', '2/1/1', '2/2/1', '3/2/2', '4/3/3'],
    [[1, 1], '1/0', '1/1', '2/1', '2/2', '3/2', '4/3', '5/5'],
    [[4, 6], '0/1', '1/1', '1/2', '2/2', '2/3', '3/4', '4/6'],
    [[40, 60], '0/1', '1/1', '1/2', '2/2', '2/3', '3/4', '4/6'],
    [[3, 1], '1/0', '1/1', '2/1', '3/1', '4/1', '5/2', '7/3'],
  ];
  const cases = rows.flatMap(([weights, ...splits]) =>
    splits.map((expected, index) => [weights, columns[index] ?? 0, expected] as const),
  );

  it.each(cases)('%j of %d is %s', (weights, total, expected) => {
    expect(split(total, claimants(weights)).join('/')).toBe(expected);
    const remainders = split(total, claimants(weights), 'largestRemainder');
    expect(sum(remainders)).toBe(total);
    const quotas = weights.map((weight) => (total * weight) / sum(weights));
    expect(remainders.every((part, index) => Math.abs(part - (quotas[index] ?? 0)) < 1)).toBe(true);
  });

  it.each([
    ['takes from nobody while the total grows', 'sainteLague', [1, 3, 3], [3, 4], ['1/1/1', '1/2/1']],
    ['takes from somebody', 'largestRemainder', [1, 3, 3], [3, 4], ['1/1/1', '0/2/2']],
    ['may leave the quota', 'sainteLague', [20, 1, 1, 1, 1], [10], ['10/0/0/0/0']],
    ['keeps to the quota', 'largestRemainder', [20, 1, 1, 1, 1], [10], ['8/1/1/0/0']],
    ['gives the heavier the only one', 'sainteLague', [4, 6], [1], ['0/1']],
  ] as const)('%s: %s', (_, method, weights, totals, expected) => {
    const splits = totals.map((total) => split(total, claimants(weights), method).join('/'));
    expect(splits).toEqual(expected);
  });
});

describe('a tie', () => {
  it.each([
    ['goes to whoever runs it already', [1, 1, 1], [0, 0, 1], 1, '0/0/1'],
    ['keeps the larger half where it is', [1, 1], [2, 3], 5, '2/3'],
    ['leaves both where they are', [3, 1], [2, 0], 2, '2/0'],
    ['goes to the smaller, so that few are hit when one fails', [3, 1], [0, 0], 2, '1/1'],
    ['goes to the first by name at last', [1, 1, 1], [0, 0, 0], 1, '1/0/0'],
  ] as const)('%s', (_, weights, current, total, expected) => {
    expect(split(total, claimants(weights, current)).join('/')).toBe(expected);
  });
});

describe('bounds', () => {
  const bound = (
    least: readonly number[],
    most: readonly number[],
    weights = least.map(() => 1),
  ): readonly Claimant[] =>
    claimants(weights).map((claimant, index) => ({
      ...claimant,
      least: least[index] ?? 0,
      most: most[index] ?? Number.POSITIVE_INFINITY,
    }));

  it.each([
    ['the least first, the rest in proportion', 10, bound([4, 0, 0], []), '4/3/3', 0, false],
    ['never more than the most', 10, bound([0, 0, 0], [2]), '2/4/4', 0, false],
    ['what nobody may take is left', 10, bound([0, 0], [2, 3]), '2/3', 5, false],
    ['too little: the heavier first, then by name', 5, bound([3, 3, 3], [], [1, 2, 1]), '2/3/0', 0, true],
    ['the weight 0 gets its least', 4, bound([1, 0], [], [0, 1]), '1/3', 0, false],
    ['all weights 0 leave everything', 4, bound([0, 0], [], [0, 0]), '0/0', 4, false],
  ] as const)('%s', (_, total, given, expected, unplaced, isScarce) => {
    for (const method of methods) {
      const found = apportion(total, given, method);
      expect(given.map(({ name }) => found.parts.get(name)).join('/')).toBe(expected);
      expect({ unplaced: found.unplaced, isScarce: found.isScarce }).toEqual({ unplaced, isScarce });
    }
  });
});

const anyClaimants = fc
  .array(
    fc.record({
      weight: fc.nat(12),
      current: fc.nat(20),
      least: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4)),
      room: fc.oneof({ weight: 3, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }, fc.nat(8)),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ room, ...row }, index) => ({ name: `m${index}`, ...row, most: row.least + room })),
  );
const unbounded = anyClaimants.map((rows) =>
  rows.map((row) => ({ ...row, least: 0, most: Number.POSITIVE_INFINITY })),
);
const anyTotal = fc.nat(120);

describe.each(methods)('any split by %s', (method) => {
  it('P1: adds up to the total when any weight is above 0 and the limits allow', () => {
    fc.assert(
      fc.property(anyTotal, anyClaimants, (total, given) => {
        const { unplaced } = apportion(total, given, method);
        const parts = split(total, given, method);
        expect(sum(parts) + unplaced).toBe(total);
        const isFull = given.every(({ weight, most, least }, index) =>
          weight > 0 ? parts[index] === most : parts[index] === least,
        );
        expect(unplaced === 0 || isFull).toBe(true);
      }),
    );
  });

  it('P2: is of whole numbers, none below 0', () => {
    fc.assert(
      fc.property(anyTotal, anyClaimants, (total, given) => {
        expect(split(total, given, method).every((part) => Number.isInteger(part) && part >= 0)).toBe(true);
      }),
    );
  });

  it('P4: does not depend on the order of the members', () => {
    fc.assert(
      fc.property(
        anyTotal,
        anyClaimants.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        (total, [given, shuffled]) => {
          const { parts } = apportion(total, shuffled, method);
          expect(given.map(({ name }) => parts.get(name))).toEqual(split(total, given, method));
        },
      ),
    );
  });

  it('P5: does not depend on the unit of the weights', () => {
    fc.assert(
      fc.property(anyTotal, anyClaimants, fc.integer({ min: 1, max: 1_000_000 }), (total, given, factor) => {
        const scaled = given.map((row) => ({ ...row, weight: row.weight * factor }));
        expect(split(total, scaled, method)).toEqual(split(total, given, method));
      }),
    );
  });

  it('P7: gives a weight of 0 its least and no more', () => {
    fc.assert(
      fc.property(anyTotal, anyClaimants, (total, given) => {
        const parts = split(total, given, method);
        const tooMuch = given.filter(
          ({ weight, least }, index) => weight === 0 && (parts[index] ?? 0) > least,
        );
        expect(tooMuch).toEqual([]);
      }),
    );
  });

  it('is itself again when it is what members have', () => {
    fc.assert(
      fc.property(anyTotal, anyClaimants, (total, given) => {
        const parts = split(total, given, method);
        const settled = given.map((row, index) => ({ ...row, current: parts[index] ?? 0 }));
        expect(split(total, settled, method)).toEqual(parts);
      }),
    );
  });
});

describe('Sainte-Laguë', () => {
  it('P3: one more changes one member by one', () => {
    fc.assert(
      fc.property(anyTotal, unbounded, (total, given) => {
        fc.pre(given.some(({ weight }) => weight > 0));
        const before = split(total, given);
        const settled = given.map((row, index) => ({ ...row, current: before[index] ?? 0 }));
        const changes = split(total + 1, settled).map((part, index) => part - (before[index] ?? 0));
        expect(changes.filter((change) => change !== 0)).toEqual([1]);
      }),
    );
  });

  it('is what giving out one after the other comes to', () => {
    fc.assert(
      fc.property(anyTotal, anyClaimants, (total, given) => {
        expect(split(total, given)).toEqual(oneByOne(total, given));
      }),
      { numRuns: 500 },
    );
  });

  it('never rounds in favour of anybody, however large the numbers are', () => {
    // Weights that divide each other meet at the very same quotients, where rounding would show.
    const weight = fc.oneof(fc.integer({ min: 1, max: largest }), fc.constantFrom(1, 2, 3, 6, 10 ** 9));
    const bounds = fc.record({
      least: fc.nat(1_000),
      room: fc.oneof(fc.nat(largest - 1_000), fc.constant(Infinity)),
    });
    fc.assert(
      fc.property(
        fc.nat(largest),
        fc.array(fc.tuple(weight, fc.option(bounds, { nil: { least: 0, room: Infinity } })), {
          minLength: 1,
          maxLength: 40,
        }),
        (total, rows) => {
          const given = rows.map(([weight, { least, room }], index) => ({
            name: `m${index}`,
            weight,
            current: 0,
            least,
            most: least + room,
          }));
          fc.pre(sum(given.map(({ least }) => least)) <= total);
          const { parts, unplaced } = apportion(total, given);
          expect(sum([...parts.values()]) + unplaced).toBe(total);
          const seats = given.map((claimant) => ({ claimant, count: parts.get(claimant.name) ?? -1 }));
          const could = seats.filter(({ claimant, count }) => count < claimant.most);
          const last = seats
            .filter(({ claimant, count }) => count > claimant.least)
            .map(({ claimant, count }) => ({ claimant, count: count - 1 }));
          expect(unplaced === 0 || could.length === 0).toBe(true);
          const wrong = last.flatMap((seat) =>
            could.filter((next) => next.claimant !== seat.claimant && !deserves(seat, next)),
          );
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts without rounding up to the largest numbers there are', () => {
    const given = claimants(Array.from({ length: 64 }, (_, index) => largest - index));
    const parts = split(largest, given);
    expect(sum(parts)).toBe(largest);
    expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(2);
  });
});

const largest = 2 ** 31 - 1;

/** Whether the next one goes to `a` before it goes to `b`. */
function deserves(a: Seat, b: Seat): boolean {
  const difference =
    BigInt(a.claimant.weight) * BigInt(2 * b.count + 1) - BigInt(b.claimant.weight) * BigInt(2 * a.count + 1);
  return difference === 0n ? compareTied(a, b) < 0 : difference > 0n;
}

/** The definition, without any shortcut. */
function oneByOne(total: number, given: readonly Claimant[]): readonly number[] {
  if (sum(given.map(({ least }) => least)) > total) return split(total, given);
  const seats = given.map((claimant) => ({ claimant, count: claimant.least }));
  for (let rest = total - sum(seats.map(({ count }) => count)); rest > 0; rest--) {
    const [next] = seats
      .filter(({ claimant, count }) => claimant.weight > 0 && count < claimant.most)
      .sort((a, b) => {
        const order = b.claimant.weight * (2 * a.count + 1) - a.claimant.weight * (2 * b.count + 1);
        return order === 0 ? compareTied(a, b) : order;
      });
    if (next === undefined) break;
    next.count++;
  }
  return seats.map(({ count }) => count);
}
