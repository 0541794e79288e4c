import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAbandoned, isHeld, nextStep, rivalNames } from './give-way.ts';
import { knativeLeaseName } from './leader-buckets.ts';
import { acquiredLease, releasedLease } from './lease.ts';
import { observeLease } from './lease-observation.ts';

test.each([
  ['leads where no rival is held', 2, [], 1, 'lead'],
  ['leads where none is held any more', 2, [], 4, 'lead'],
  ['stays where all rivals have more buckets, as they will give way', 2, [3, 10], 1, 'look again'],
  ['stays for as long as that may take', 2, [3], 3, 'look again'],
  ['gives way where they do not, because they work already', 2, [3], 4, 'give way'],
  ['gives way at once to one with fewer buckets', 2, [1], 1, 'give way'],
  ['gives way at once where only some have more', 2, [3, 1], 1, 'give way'],
] as const)('whoever has acquired a lease %s', (_what, total, held, looks, expected) => {
  expect(nextStep({ total, held, looks })).toBe(expected);
});

test('rivals are the leases of all other numbers of buckets', () => {
  const names = rivalNames(knativeLeaseName('serving'), 2);
  expect(names.size).toBe(53);
  expect([names.get('serving.00-of-01'), names.get('serving.09-of-10')]).toEqual([1, 10]);
  expect([names.get('serving.00-of-02'), names.get('eventing.00-of-01')]).toEqual([undefined, undefined]);
});

test('a lease whose name says no number has no rivals', () => {
  expect(rivalNames(() => 'members', 1).size).toBe(0);
});

const lease = acquiredLease({ namespace: 'a', name: 'serving.00-of-01' }, undefined, {
  identity: 'them',
  durationMs: 15_000,
  now: 0,
});

test.each([
  ['just seen', lease, 1_000, 'held'],
  ['without a beat for nearly its duration', lease, 15_999, 'held'],
  ['without a beat for its duration', lease, 16_000, 'held, abandoned'],
  ['that was released', releasedLease(lease, 0), 1_000, 'free'],
  ['that was deleted', undefined, 15_999, 'held'],
  ['that was deleted, when it would have run out', undefined, 16_000, 'free'],
] as const)('a rival %s', (_what, seen, now, expected) => {
  const observation = observeLease(observeLease(undefined, lease, 1_000), seen, 1_000);
  const is = [
    isHeld(observation, now) ? 'held' : 'free',
    ...(isAbandoned(observation, now) ? ['abandoned'] : []),
  ];
  expect(is.join(', ')).toBe(expected);
});

/** One replica at one bucket: what it does between two steps happens at once, and anything may happen in between. */
interface Candidate {
  readonly total: number;
  readonly leads: boolean;
  /** Asked to end; it does so by further steps. */
  stop(): void;
  step(): void;
}

/** Who holds which Lease: `bucket/total` to the holder's number. */
type Leases = Map<string, number>;

function candidate(leases: Leases, id: number, bucket: number, total: number): Candidate {
  const own = `${bucket}/${total}`;
  const state = { leads: false, isStopped: false };
  const look = (): readonly number[] =>
    [...leases.keys()].map((name) => Number(name.split('/')[1])).filter((other) => other !== total);

  function* life(): Generator<void> {
    while (!state.isStopped) {
      const isClear = look().length === 0;
      yield;
      if (!isClear || leases.has(own)) {
        yield;
        continue;
      }
      leases.set(own, id);
      yield;
      for (let looks = 1; ; looks++) {
        const held = look();
        yield;
        const step = nextStep({ total, held, looks });
        state.leads = step === 'lead';
        if (step !== 'look again') break;
      }
      while (state.leads && !state.isStopped) yield;
      state.leads = false;
      yield;
      leases.delete(own);
      yield;
    }
  }
  const steps = life();
  return {
    total,
    get leads() {
      return state.leads;
    },
    stop: () => void (state.isStopped = true),
    step: () => void steps.next(),
  };
}

const twoNumbers = fc
  .uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 2 })
  .map(([before = 1, after = 2]) => ({ before, after }));
const replicasEach = fc.integer({ min: 1, max: 2 });

test('however the steps of two numbers of buckets mix, only one works; one does, and the other when that has gone', () => {
  fc.assert(
    fc.property(
      twoNumbers,
      replicasEach,
      fc.array(fc.nat(), { maxLength: 300, size: 'max' }),
      fc.boolean(),
      ({ before, after }, replicas, order, isBackwards) => {
        const leases: Leases = new Map();
        const candidates = [before, after].flatMap((total) =>
          Array.from({ length: replicas * total }, (_, index) =>
            candidate(leases, index, index % total, total),
          ),
        );
        const working = (): readonly number[] =>
          candidates.filter(({ leads }) => leads).map(({ total }) => total);
        const step = (one: Candidate | undefined): void => {
          one?.step();
          const totals = working();
          const [first = 0] = totals;
          if (totals.length > first || totals.some((total) => total !== first))
            throw new Error(`leases of ${totals.join(' and ')} buckets are worked under at once`);
        };
        const rounds = (): void => {
          const inOrder = isBackwards ? candidates.toReversed() : candidates;
          for (let round = 0; round < 60; round++) for (const one of inOrder) step(one);
        };
        for (const index of order) step(candidates[index % candidates.length]);
        rounds();
        const [first = 0] = working();
        expect(working()).toEqual(Array(first).fill(first));
        expect([before, after]).toContain(first);
        for (const one of candidates.filter(({ total }) => total === first)) one.stop();
        rounds();
        const other = first === before ? after : before;
        expect(working()).toEqual(Array(other).fill(other));
      },
    ),
    { numRuns: 300 },
  );
});
