import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../test/support/random-of.ts';
import type { PlanState } from '../plan/member-row.ts';
import type { Observation } from '../plan/observation.ts';
import { plan } from '../plan/plan.ts';
import type { PlanSpec } from '../plan/plan-spec.ts';
import { stepSize } from '../plan/step-size.ts';
import {
  crashes,
  expectQuietUntilNextCheck,
  expectTold,
  expectTotal,
  throughText,
} from '../testing/expect-moment.ts';
import { anyLimits, anyPolicy, anyScheduling } from '../testing/any-policy.ts';
import { expectSplit } from '../testing/expect-split.ts';
import { runs } from '../testing/property-runs.ts';
import { minute, registered, specOf } from '../testing/specs.ts';
import { type Moment, simulate, type SimulatedEvent } from './simulate.ts';

/** P1 to P5 and P7 are those of the apportionment. */
const hour = 60 * minute;
const week = 7 * 24 * hour;

/** Two of the members can always take something, and all of it where the others are gone. */
const anySpec = fc
  .record({
    members: fc.array(fc.record({ weight: fc.nat(9), limits: anyLimits }), { minLength: 2, maxLength: 6 }),
    total: fc.nat(60),
    scheduling: anyScheduling,
    policy: anyPolicy,
  })
  .map(({ members, total, scheduling, policy }) =>
    specOf({
      total,
      ...scheduling,
      policy,
      members: members.map(({ weight, limits }, index) => ({
        name: `m${index + 1}`,
        ...limits,
        ...(index < 2 ? { weight: Math.max(1, weight), most: Number.POSITIVE_INFINITY } : { weight }),
      })),
    }),
  );

/** Where pods that are slow move nothing. */
const anyPatientSpec = anySpec.map((spec): PlanSpec => ({
  ...spec,
  policy: { ...spec.policy, slowProgressDeadline: undefined },
}));

interface Outage {
  readonly from: number;
  readonly for: number;
  readonly member: number;
  readonly isDeletion: boolean;
}

function eventsOf(outages: readonly Outage[], spec: PlanSpec, calmAt: number): readonly SimulatedEvent[] {
  const events = outages.flatMap(({ from, for: length, member, isDeletion }): readonly SimulatedEvent[] => {
    const name = spec.members[member % spec.members.length]?.name ?? '';
    const end = Math.min(from + length, calmAt);
    return isDeletion
      ? [
          { at: from, what: 'deleted', member: name },
          { at: end, what: 'created', member: name, replicas: member },
        ]
      : [
          { at: from, what: 'down', member: name },
          { at: end, what: 'up', member: name },
        ];
  });
  // Where outages of one member overlap, the end of one must not be the last word about another.
  const ends = spec.members.flatMap(({ name }): readonly SimulatedEvent[] => [
    { at: calmAt, what: 'up', member: name },
    { at: calmAt, what: 'created', member: name, replicas: 0 },
  ]);
  return [...events, ...ends];
}

function outagesUpTo(end: number, most: number): fc.Arbitrary<readonly Outage[]> {
  return fc.array(
    fc.record({
      from: fc.integer({ min: 1, max: end }),
      for: fc.oneof(fc.integer({ min: 1, max: 2 * minute }), fc.integer({ min: 1, max: 6 * hour })),
      member: fc.nat(5),
      isDeletion: fc.boolean(),
    }),
    { minLength: 1, maxLength: most },
  );
}

/** In the end everybody has what the strategy promises, and runs it. */
function expectEnd(last: Moment | undefined): void {
  if (last === undefined) throw new Error('nothing was played');
  const {
    plan: { reasons },
    spec,
    ready,
  } = last;
  const parts = new Map(reasons.map(({ name, desired }) => [name, desired]));
  expectSplit(spec, spec.members, parts);
  expect(ready).toBe(reasons.reduce((sum, { desired }) => sum + desired, 0));
}

describe('any schedule of outages', () => {
  it('P6: plans the same after any number of restarts', () => {
    fc.assert(
      fc.property(anySpec, outagesUpTo(hour, 6), (spec, outages) => {
        const members = registered(...spec.members.map(({ name }) => name));
        let state: PlanState | undefined;
        const events = eventsOf(outages, spec, 2 * hour);
        for (const moment of simulate({ spec, members, events, until: 3 * hour, startMs: () => 7_000 })) {
          const again = throughText(moment.plan.state);
          const next = plan(spec, members, moment.observed, moment.plan.state, moment.at);
          expect(plan(spec, members, moment.observed, again, moment.at)).toEqual(next);
          // P10: nothing is written to a member whose number is the same.
          expect(next.assignments).toEqual(moment.plan.assignments);
          expectQuietUntilNextCheck(moment);
          state = again;
        }
        expect(state).toBeDefined();
      }),
      runs(40),
    );
  });

  it('C28: goes on the same when every plan is made by another process', () => {
    fc.assert(
      fc.property(anySpec, outagesUpTo(hour, 6), fc.nat(), (spec, outages, seed) => {
        const played = (carry?: typeof throughText): readonly unknown[] => {
          const random = randomOf(seed);
          const options = {
            spec,
            members: registered(...spec.members.map(({ name }) => name)),
            events: eventsOf(outages, spec, 2 * hour),
            until: 3 * hour,
            startMs: () => Math.floor(random() * minute),
          };
          const moments = simulate(carry === undefined ? options : { ...options, carry });
          return [...moments].map((moment) => ({ ...moment, plan: { ...moment.plan, state: undefined } }));
        };
        expect(played(throughText)).toEqual(played());
      }),
      runs(40),
    );
  });

  it.each([
    ['by one process', false],
    ['by processes that end every now and then', true],
  ])(
    'P12, P14, invariant 8: keeps the total and ends in what the strategy promises, over weeks, %s',
    (_, isCrashing) => {
      fc.assert(
        fc.property(anySpec, outagesUpTo(2 * week, 40), fc.nat(), (spec, outages, seed) => {
          const members = registered(...spec.members.map(({ name }) => name));
          const random = randomOf(seed);
          const startMs = (): number => Math.floor(random() * minute);
          let last: Moment | undefined;
          let told = 0;
          let served = spec.total;
          const events = eventsOf(outages, spec, 2 * week);
          const options = { spec, members, events, until: 3 * week, startMs };
          const carry = crashes(randomOf(seed + 1));
          for (const moment of simulate(isCrashing ? { ...options, carry } : options)) {
            expectTotal(moment);
            told = expectTold(moment, told);
            // Priorities may leave some of the total nowhere.
            served = Math.min(served, spec.total - moment.plan.unplaced);
            // A process may end before it has told anybody the first number.
            expect(told).toBeGreaterThanOrEqual(isCrashing ? 0 : served);
            last = moment;
          }
          // What runs nowhere never arrives.
          expect(told).toBeGreaterThanOrEqual(spec.total - (last?.plan.unplaced ?? 0));
          expect(told).toBeLessThanOrEqual(spec.total);
          expectEnd(last);
        }),
        runs(60),
      );
    },
  );
});

describe('any schedule of outages and totals', () => {
  it.each([
    ['', false],
    [', also where processes end', true],
  ])(
    'P14: what autoscalers are told goes from the last total to the next one and stays there%s',
    (_, isCrashing) => {
      const totals = fc.array(fc.record({ at: fc.integer({ min: 1, max: 2 * hour }), total: fc.nat(60) }), {
        minLength: 1,
        maxLength: 8,
      });
      fc.assert(
        fc.property(anySpec, outagesUpTo(2 * hour, 6), totals, fc.nat(), (spec, outages, changes, seed) => {
          const members = registered(...spec.members.map(({ name }) => name));
          const random = randomOf(seed);
          const changed = changes.map(({ at, total }): SimulatedEvent => ({
            at,
            what: 'spec',
            spec: { ...spec, total },
          }));
          const events = [...eventsOf(outages, spec, 2 * hour), ...changed];
          const startMs = (): number => Math.floor(random() * minute);
          const options = { spec, members, events, until: 12 * hour, startMs };
          const carry = crashes(randomOf(seed + 1));
          let last = 0;
          let unplaced = 0;
          for (const moment of simulate(isCrashing ? { ...options, carry } : options)) {
            last = expectTold(moment, last);
            ({ unplaced } = moment.plan);
            expect(last).toBeGreaterThanOrEqual(moment.at > 0 || isCrashing ? 0 : spec.total - unplaced);
          }
          const total = changes.toSorted((a, b) => a.at - b.at).at(-1)?.total ?? 0;
          // What runs nowhere never arrives.
          expect(last).toBeGreaterThanOrEqual(total - unplaced);
          expect(last).toBeLessThanOrEqual(total);
        }),
        runs(100),
      );
    },
  );
});

describe('any schedule of outages and changes of the spec', () => {
  const anyChange = fc.record({
    at: fc.integer({ min: 1, max: 4 * hour }),
    total: fc.nat(60),
    scheduling: anyScheduling,
    members: fc.array(fc.record({ weight: fc.nat(9), limits: anyLimits }), { minLength: 6, maxLength: 6 }),
  });

  it.each([
    ['by one process', false],
    ['by processes that end every now and then', true],
  ])('P12, invariant 8: keeps the total and ends in what the strategy promises, %s', (_, isCrashing) => {
    fc.assert(
      fc.property(
        anySpec,
        outagesUpTo(4 * hour, 8),
        fc.array(anyChange, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (first, outages, changes, seed) => {
          const members = registered(...first.members.map(({ name }) => name));
          const random = randomOf(seed);
          const startMs = (): number => Math.floor(random() * minute);
          const changed = changes.map(({ at, total, scheduling, members: given }): SimulatedEvent => {
            const listed = first.members.map((member, index) => {
              const { weight = 0, limits } = given[index] ?? {};
              const changed = { ...member, ...limits, weight };
              // Somebody always has a weight, and no limit.
              return index === 0
                ? { ...changed, weight: Math.max(1, weight), most: Number.POSITIVE_INFINITY }
                : changed;
            });
            return { at, what: 'spec', spec: { ...first, ...scheduling, total, members: listed } };
          });
          const options = {
            spec: first,
            members,
            events: [...eventsOf(outages, first, 4 * hour), ...changed],
            until: 24 * hour,
            startMs,
          };
          const carry = crashes(randomOf(seed + 1));
          let last: Moment | undefined;
          for (const moment of simulate(isCrashing ? { ...options, carry } : options)) {
            expectTotal(moment);
            expectQuietUntilNextCheck(moment);
            last = moment;
          }
          expect(last).toBeDefined();
          expectEnd(last);
        },
      ),
      runs(25),
    );
  });
});

describe('one outage and one return', () => {
  const one = fc.record({
    spec: anyPatientSpec,
    lost: fc.nat(5),
    length: fc.integer({ min: 1, max: 3 * hour }),
    seed: fc.nat(),
  });

  interface Story {
    readonly spec: PlanSpec;
    readonly moments: readonly Moment[];
    readonly name: string;
    readonly up: number;
  }

  interface Given {
    readonly spec: PlanSpec;
    readonly lost: number;
    readonly length: number;
    readonly seed: number;
  }

  function playOne({ spec, lost, length, seed }: Given, isCrashing = false): Story {
    const name = spec.members[lost % spec.members.length]?.name ?? '';
    const random = randomOf(seed);
    const up = hour + length;
    const moments = [
      ...simulate({
        spec,
        members: registered(...spec.members.map((member) => member.name)),
        events: [
          { at: hour, what: 'down', member: name },
          { at: up, what: 'up', member: name },
        ],
        until: up + 12 * hour,
        startMs: () => Math.floor(random() * 2 * minute),
        ...(isCrashing ? { carry: crashes(randomOf(seed + 1)) } : {}),
      }),
    ];
    return { spec, moments, name, up };
  }

  it('P8: takes from no healthy member while others take over', () => {
    fc.assert(
      fc.property(one, (given) => {
        // Largest remainder may shift a replica between two that are healthy.
        const spec = { ...given.spec, method: 'sainteLague' } as const;
        const { moments, name, up } = playOne({ ...given, spec });
        const sums = moments
          .filter(({ at }) => at < up)
          .map(({ plan: { reasons } }) =>
            reasons.filter((reason) => reason.name !== name).reduce((sum, { desired }) => sum + desired, 0),
          );
        expect(sums).toEqual(sums.toSorted((a, b) => a - b));
      }),
      runs(100),
    );
  });

  it('moves nothing within the grace period', () => {
    fc.assert(
      fc.property(one, (given) => {
        const { moments, name } = playOne(given);
        const before = moments.findLast(({ at }) => at < hour);
        const within = moments.filter(
          ({ plan: { state } }) => state.rows[`default/${name}`]?.phase.name === 'lost',
        );
        const numbers = (moment: Moment | undefined): readonly number[] =>
          moment?.plan.reasons.map(({ desired }) => desired) ?? [];
        for (const moment of within) expect(numbers(moment)).toEqual(numbers(before));
      }),
      runs(50),
    );
  });

  it.each([
    ['', false],
    [', not even where processes end', true],
  ])('P9: never serves less than the total while replicas go back%s', (_, isCrashing) => {
    fc.assert(
      fc.property(one, (given) => {
        const { spec, moments, up } = playOne(given, isCrashing);
        // Limits, and priorities, may leave some of the total nowhere.
        const most = spec.total - (moments[0]?.plan.unplaced ?? 0);
        const served = moments.findIndex(({ at, ready }) => at >= up && ready >= most);
        expect(served).toBeGreaterThanOrEqual(0);
        expect(moments.slice(served).filter(({ ready }) => ready < most)).toEqual([]);
      }),
      runs(100),
    );
  });

  it('asks a member that is back for no more, and never for less and then more, before anything moves there', () => {
    const returned = fc.record({
      spec: anyPatientSpec,
      lost: fc.nat(5),
      replicas: fc.nat(60),
      lagMs: fc.integer({ min: 1, max: 30_000 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(returned, ({ spec, lost, replicas, lagMs, seed }) => {
        const name = spec.members[lost % spec.members.length]?.name ?? '';
        const random = randomOf(seed);
        const asked: number[] = [replicas];
        let last: Moment | undefined;
        for (const moment of simulate({
          spec,
          members: registered(...spec.members.map((member) => member.name)),
          events: [
            { at: hour, what: 'deleted', member: name },
            { at: 3 * hour, what: 'created', member: name, replicas },
          ],
          until: 24 * hour,
          startMs: () => Math.floor(random() * minute),
          lagMs,
        })) {
          last = moment;
          const place = `default/${name}`;
          const phase = moment.plan.state.rows[place]?.phase;
          const seen = moment.observed.get(place);
          if (phase?.name === 'returning' && !phase.isMoving && seen?.state === 'ready')
            asked.push(seen.asked ?? 0);
          // One that goes up and down would do so for ever.
          if (asked.length > 1_000) break;
        }
        expect(asked).toEqual(asked.toSorted((a, b) => b - a));
        expectEnd(last);
      }),
      runs(100),
    );
  });

  it('P11: takes over in no more steps than the limit makes necessary, and no larger ones', () => {
    fc.assert(
      fc.property(one, (given) => {
        const { spec, moments, name, up } = playOne(given);
        const retained = moments
          .filter(({ at }) => at >= hour && at < up)
          .map(({ plan: { state } }) => {
            const phase = state.rows[`default/${name}`]?.phase;
            if (phase?.name === 'lost') return phase.held;
            return phase?.name === 'excluded' ? phase.retained : 0;
          });
        const size = stepSize(spec.total, spec.policy.maxRebalancePercentage);
        const steps = retained.map((count, index) => (retained[index - 1] ?? count) - count);
        expect(Math.max(...steps)).toBeLessThanOrEqual(size);
        const lost = (retained[0] ?? 0) - (retained.at(-1) ?? 0);
        expect(steps.filter((step) => step > 0)).toHaveLength(Math.ceil(lost / Math.max(1, size)));
      }),
      runs(100),
    );
  });
});

describe('a clock that jumps', () => {
  it('P13: excludes no healthy member, and no lost one for ever', () => {
    const jumps = fc.array(fc.integer({ min: -hour, max: hour }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(anySpec, jumps, (spec, steps) => {
        const [lost, ...others] = spec.members.map(({ name }) => name);
        const members = registered(lost ?? '', ...others);
        const up: Observation = { state: 'ready', replicas: spec.total, readyReplicas: spec.total };
        const down: Observation = { state: 'notReady', why: 'out of reach' };
        const observed = new Map(others.map((name): [string, Observation] => [`default/${name}`, up]));
        let now = 100 * hour;
        let { state } = plan(spec, members, new Map([...observed, [`default/${lost}`, up]]), undefined, now);
        for (const step of steps) {
          now += step;
          const next = plan(spec, members, new Map([...observed, [`default/${lost}`, down]]), state, now);
          ({ state } = next);
          expect(next.exclusions.filter(({ name }) => name !== lost)).toEqual([]);
          const { phase } = state.rows[`default/${lost}`] ?? {};
          const since = phase !== undefined && 'since' in phase ? phase.since : now;
          expect(since).toBeLessThanOrEqual(now);
        }
        const last = plan(
          spec,
          members,
          new Map([...observed, [`default/${lost}`, down]]),
          state,
          now + 2 * spec.policy.gracePeriod,
        );
        expect(last.exclusions.map(({ name }) => name)).toEqual([lost]);
      }),
      runs(100),
    );
  });
});
