import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../test/support/random-of.ts';
import type { MemberRow } from '../plan/member-row.ts';
import type { RegisteredMember } from '../plan/observation.ts';
import { placeOf } from '../plan/place.ts';
import { anyHistory, clusterOf, type History } from '../testing/any-fleet.ts';
import {
  crashes,
  expectQuietUntilNextCheck,
  expectTold,
  expectTotal,
  obstacles,
  throughText,
} from '../testing/expect-moment.ts';
import { type Claim, expectSplit } from '../testing/expect-split.ts';
import { runs } from '../testing/property-runs.ts';
import { minute } from '../testing/specs.ts';
import { type Moment, simulate, type SimulationOptions } from './simulate.ts';

const hour = 60 * minute;

/** Everything varies: who is registered under which name, what is listed and how, what is asked for, and what fails. */
const calmAt = 4 * hour;
const anyTroubled = anyHistory({ calmAt, hasOutages: true, hasRegistrations: true });
/** Nothing fails; what runs on members that are not registered any more stays, and serves. */
const anyAsked = anyHistory({ calmAt, hasOutages: false, hasRegistrations: true });

function played(
  history: History,
  seed: number,
  more: Pick<SimulationOptions, 'carry' | 'lagMs'> = {},
): Generator<Moment, void, undefined> {
  const random = randomOf(seed);
  const startMs = (): number => Math.floor(random() * minute);
  return simulate({ ...history, clusterOf, until: 72 * hour, startMs, ...more });
}

/** What is wanted, by what the spec says and who is registered. */
interface Wanted extends Omit<Claim, 'name'> {
  /** Undefined where nobody of this name is registered. */
  readonly workload: string | undefined;
}

function wantedIn({ spec, members }: Moment): readonly Wanted[] {
  const everybody = members
    .filter(({ onlyIfListed }) => onlyIfListed !== true)
    .map(({ name }) => ({
      name,
      namespace: spec.namespace,
      weight: 1,
      least: 0,
      most: Number.POSITIVE_INFINITY,
      priority: 0,
    }));
  const listed = spec.members.length > 0 ? spec.members : everybody;
  return listed.map(({ name, namespace, weight, least, most, priority }) => {
    const member = memberOf(name, members);
    if (member === undefined) return { workload: undefined, weight, least, most, priority };
    const workload = placeOf({ namespace, name: clusterOf(member) });
    const isDrained = member.isDrained === true;
    return isDrained
      ? { workload, weight: 0, least: 0, most: 0, priority }
      : { workload, weight, least, most, priority };
  });
}

function memberOf(reference: string, members: readonly RegisteredMember[]): RegisteredMember | undefined {
  return (
    members.find(({ name }) => name === reference) ??
    members.find(({ references }) => references?.includes(reference))
  );
}

/** What must keep everybody from getting a number; undefined where nothing does. */
function obstacleIn(wanted: readonly Wanted[], total: number): string | undefined {
  if (wanted.every(({ workload }) => workload === undefined)) return 'NoHealthyMembers';
  if (total === 0) return undefined;
  if (wanted.every(({ weight }) => weight === 0)) return 'AllWeightsZero';
  return wanted.some(({ workload, weight }) => workload !== undefined && weight > 0)
    ? undefined
    : 'NoEligibleMembers';
}

/** Members of weight 0 get replicas where the spec wants that, and of the others nobody is registered. */
function withLastResort(wanted: readonly Wanted[], { spec }: Moment): readonly Wanted[] {
  const others = wanted.filter(({ weight }) => weight > 0);
  const haveFailed = others.length > 0 && others.every(({ workload }) => workload === undefined);
  if (!spec.policy.ignoreZeroWeightOnOutage || !haveFailed) return wanted;
  return wanted.map((one) => (one.weight === 0 && one.most > 0 ? { ...one, weight: 1 } : one));
}

/** The one row under which each workload counts. */
function rowsByWorkload({ plan: { state } }: Moment): ReadonlyMap<string, MemberRow> {
  const rows = new Map<string, MemberRow>();
  for (const row of Object.values(state.rows)) {
    // Who has gone to zero is forgotten by the next plan.
    const isLeaving = row.phase.name === 'leaving' && row.desired === 0;
    if (row.id === undefined || row.phase.name === 'duplicate' || isLeaving) continue;
    const workload = workloadOf({ id: row.id, namespace: row.namespace });
    expect(rows.has(workload)).toBe(false);
    rows.set(workload, row);
  }
  return rows;
}

function workloadOf({ id, namespace }: { readonly id: string; readonly namespace: string }): string {
  return placeOf({ namespace, name: clusterOf({ id }) });
}

/** In the end everybody has what the strategy promises, and runs it; or it is said why nobody can. */
function expectEnd(last: Moment): void {
  const wanted = withLastResort(wantedIn(last), last);
  const { spec, plan, observed } = last;
  const obstacle = obstacleIn(wanted, spec.total);
  const told = plan.findings.map(({ reason }) => reason).filter((reason) => obstacles.has(reason));
  expect(told).toEqual(obstacle === undefined ? [] : [obstacle]);
  if (obstacle !== undefined) return;
  const rows = rowsByWorkload(last);
  const claims = new Map<string, Claim>();
  for (const { workload, weight, ...limits } of wanted) {
    const row = workload === undefined ? undefined : rows.get(workload);
    if (row === undefined || workload === undefined) continue;
    const name = placeOf(row);
    const sum = (claims.get(name)?.weight ?? 0) + weight;
    claims.set(name, { name, weight: sum, ...limits });
  }
  expect(claims.size).toBe(new Set(wanted.flatMap(({ workload }) => workload ?? [])).size);
  expect(rows.size).toBe(claims.size);
  const parts = new Map([...rows.values()].map((row) => [placeOf(row), row.desired]));
  expectSplit(spec, [...claims.values()], parts);
  for (const [place, part] of parts)
    expect([place, observed.get(place)]).toMatchObject([
      place,
      { state: 'ready', asked: part, replicas: part, readyReplicas: part },
    ]);
}

/** No workload is told two numbers, and only who answers is told any. */
function expectOneWriter({ plan: { assignments }, observed }: Moment): void {
  const workloads = assignments.map(workloadOf);
  expect(workloads).toEqual([...new Set(workloads)]);
  for (const { place } of assignments) expect(observed.get(place)?.state).toBe('ready');
}

describe('any history of a fleet', () => {
  it.each([
    ['by one process', false],
    ['by processes that end every now and then', true],
  ])(
    'P2, P12, P14, invariant 8: keeps the total and ends in what the strategy promises, %s',
    (_, isCrashing) => {
      fc.assert(
        fc.property(anyTroubled, fc.nat(), (history, seed) => {
          let last: Moment | undefined;
          let told = 0;
          const carry = crashes(randomOf(seed + 1));
          for (const moment of played(history, seed, isCrashing ? { carry } : {})) {
            expectTotal(moment);
            expectOneWriter(moment);
            expectQuietUntilNextCheck(moment);
            told = expectTold(moment, told);
            last = moment;
          }
          expect(last).toBeDefined();
          if (last !== undefined) expectEnd(last);
        }),
        runs(40, { isLarge: true }),
      );
    },
  );

  it('P6, P10, C28: goes on the same when every plan is made by another process', () => {
    fc.assert(
      fc.property(anyTroubled, fc.nat(), (history, seed) => {
        const numbers = (moments: Iterable<Moment>): readonly unknown[] =>
          [...moments].map(({ at, plan, written, told, ready }) => ({
            at,
            plan: { ...plan, state: undefined },
            written,
            told,
            ready,
          }));
        expect(numbers(played(history, seed, { carry: throughText }))).toEqual(
          numbers(played(history, seed)),
        );
      }),
      runs(25, { isLarge: true }),
    );
  });
});

describe('any changes of what is asked for, and of whom, where nothing fails', () => {
  it('P9: never let less serve than before, unless less is asked for', () => {
    const counts = { all: 0, ofUse: 0 };
    fc.assert(
      fc.property(anyAsked, fc.nat(), (history, seed) => {
        let served = 0;
        let hasServed = false;
        for (const { spec, plan, ready } of played(history, seed)) {
          const most = spec.total - plan.unplaced;
          served = Math.min(served, most);
          expect(ready).toBeGreaterThanOrEqual(served);
          if (ready >= most) served = most;
          hasServed ||= served > 0;
        }
        counts.all++;
        if (hasServed) counts.ofUse++;
      }),
      runs(50, { isLarge: true }),
    );
    // Where nothing ever serves, nothing was asserted.
    expect(counts.ofUse).toBeGreaterThan(counts.all / 2);
  });
});
