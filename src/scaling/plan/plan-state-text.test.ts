import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberRow, Phase, PlanState } from './member-row.ts';
import { placeOf } from './place.ts';
import { planStateText, planStateWithin, readPlanState } from './plan-state-text.ts';

const count = fc.nat(2 ** 31 - 1);
const time = fc.maxSafeNat();
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const anyPhase: fc.Arbitrary<Phase> = fc.oneof(
  fc.constant<Phase>({ name: 'serving' }),
  fc.constant<Phase>({ name: 'leaving' }),
  fc.record({ name: fc.constant('fresh'), since: time }),
  fc.record({ name: fc.constant('lost'), since: time, held: count, wasReturning: fc.boolean() }),
  fc.record({ name: fc.constant('excluded'), since: time, retained: count }),
  fc.record({
    name: fc.constant('returning'),
    since: time,
    hold: time,
    counted: count,
    headStart: count,
    isMoving: fc.boolean(),
  }),
  fc.record({ name: fc.constant('slow'), since: time, hold: time, counted: count }),
  fc.record({
    name: fc.constant('duplicate'),
    of: fc.string(),
    differsSince: optional(time),
  }),
);

const anyName = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('a', '', '*', '=', '__proto__', 'eu-1'),
);

const anyRow: fc.Arbitrary<MemberRow> = fc
  .record({
    name: anyName,
    namespace: fc.constantFrom('default', 'shop'),
    phase: anyPhase,
    desired: count,
    pending: count,
    kept: count,
    progress: optional(fc.record({ ready: count, at: time })),
    relapses: count,
    returnedAt: optional(time),
    retargetedAt: optional(time),
    cluster: optional(anyName),
    reference: optional(anyName),
  })
  .chain((row) =>
    optional(
      fc.oneof(
        anyName,
        fc.constantFrom(
          `kubeconfig#${row.name}`,
          `file#/etc/mc/${row.name}-cluster.kubeconfig+kedify-agent@${row.name}`,
          `=${row.name}`,
          `${row.name}*`,
          row.name + row.name,
        ),
      ),
    ).map((id) => ({ ...row, id })),
  );

const anyState: fc.Arbitrary<PlanState> = fc.record({
  rows: fc
    .uniqueArray(anyRow, { selector: placeOf })
    .map((rows) => Object.fromEntries(rows.map((row) => [placeOf(row), row]))),
  hasAssigned: fc.boolean(),
  published: count,
  lastStepAt: optional(time),
});

/** As it is of so many members, all of them amid an outage, under names as long as may be in a label. */
function stateOf(members: number, phase: Phase): PlanState {
  const rows = Array.from({ length: members }, (_, index): [string, MemberRow] => {
    const name = `${'m'.repeat(57)}${String(index).padStart(6, '0')}`;
    const row: MemberRow = {
      name,
      namespace: 'n'.repeat(63),
      id: `file#/etc/mc/kubeconfigs/${name}-cluster.kubeconfig+kedify-agent@${name}`,
      phase,
      desired: 1_000_000,
      pending: 1_000,
      kept: 1_000,
      relapses: 10,
      returnedAt: 1_800_000_000_000,
    };
    return [placeOf(row), row];
  });
  return { rows: Object.fromEntries(rows), hasAssigned: true, published: 2 ** 31 - 1 };
}

describe('a state as text', () => {
  it('is read as it was', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(readPlanState(planStateText(state))).toEqual({ state, findings: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('says nothing of what simply is as it should be', () => {
    const row: MemberRow = {
      name: 'eu-1',
      namespace: 'shop',
      id: 'kubeconfig#eu-1',
      phase: { name: 'serving' },
      desired: 4,
      pending: 0,
      kept: 0,
      relapses: 0,
    };
    expect(planStateText({ rows: { 'shop/eu-1': row }, hasAssigned: true, published: 4 })).toBe(
      '{"version":1,"published":4,"assigned":true,"namespace":"shop",' +
        '"members":[{"name":"eu-1","id":"kubeconfig#*","desired":4}]}',
    );
  });

  it('of 256 members has room beside what else an object is annotated with', () => {
    const amidAnOutage: Phase = {
      name: 'returning',
      since: 1_800_000_000_000,
      hold: 1_800_000,
      counted: 1_000_000,
      headStart: 1_000_000,
      isMoving: true,
    };
    const text = planStateText(stateOf(256, amidAnOutage));
    expect(text.length).toBeLessThan(96 * 1024);
    expect(readPlanState(text).state?.rows).toEqual(stateOf(256, amidAnOutage).rows);
  });

  it('of more members than there is room for leaves out those that simply serve, then all', () => {
    const { rows, ...rest } = stateOf(5_000, { name: 'serving' });
    const lost: Phase = { name: 'lost', since: 7, held: 3, wasReturning: false };
    const [first = ''] = Object.keys(rows);
    const state = { ...rest, rows: { ...rows, [first]: { ...rows[first], phase: lost } as MemberRow } };
    const cut = planStateWithin(state, 160 * 1024);
    expect(cut?.leavesOut).toBe('serving');
    expect(readPlanState(cut?.text).state).toMatchObject({ hasAssigned: true });
    expect(readPlanState(cut?.text).state?.rows).toEqual({ [first]: state.rows[first] });
    const bare = planStateWithin(state, 200);
    expect(bare?.leavesOut).toBe('clocks');
    expect(readPlanState(bare?.text).state).toMatchObject({ hasAssigned: true, rows: {} });
    expect(planStateWithin(state, 20)).toBeUndefined();
  });

  it('has no more bytes than there is room for', () => {
    fc.assert(
      fc.property(anyState, fc.nat(2_000), (state, room) => {
        const fitting = planStateWithin(state, room);
        if (fitting === undefined) return;
        expect(Buffer.byteLength(fitting.text)).toBeLessThanOrEqual(room);
        expect(fitting.text === planStateText(state)).toBe(fitting.leavesOut === undefined);
        expect(readPlanState(fitting.text).findings).toEqual([]);
      }),
    );
  });

  it.each([
    ['no JSON', 'garbage'],
    ['no object', '[]'],
    ['null', 'null'],
    ['another version', '{"version":2,"published":0,"members":[]}'],
    ['no version', '{"published":0,"members":[]}'],
    ['a number below 0', '{"version":1,"published":-1,"members":[]}'],
    ['half a replica', '{"version":1,"published":0,"members":[{"name":"a","desired":0.5}]}'],
    ['a member without a name', '{"version":1,"published":0,"members":[{}]}'],
    [
      'a phase that is none',
      '{"version":1,"published":0,"members":[{"name":"a","phase":{"name":"asleep"}}]}',
    ],
    ['a time that is text', '{"version":1,"published":0,"lastStepAt":"now","members":[]}'],
  ])('is not taken with %s, and says so', (_, text) => {
    const { state, findings } = readPlanState(text);
    expect(state).toBeUndefined();
    expect(findings.map(({ reason }) => reason)).toEqual(['PlanStateUnreadable']);
    expect(findings[0]?.message).toMatch(/^What the last plan left cannot be read \(.+\): outages/);
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { state, findings } = readPlanState(text);
        expect(findings).toHaveLength(state === undefined && text !== '' ? 1 : 0);
      }),
    );
  });

  it('that is not there is none, which is nothing to tell', () => {
    expect(readPlanState(undefined)).toEqual({ state: undefined, findings: [] });
  });

  it('may have what a later release adds', () => {
    const text =
      '{"version":1,"published":3,"namespace":"b","members":[{"name":"a","colour":"red"}],"mood":"good"}';
    expect(readPlanState(text).state).toMatchObject({ published: 3, rows: { 'b/a': { name: 'a' } } });
  });
});
