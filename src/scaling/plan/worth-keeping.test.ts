import { describe, expect, it } from 'vitest';
import type { MemberRow, PlanState } from './member-row.ts';
import { isWorthKeeping } from './worth-keeping.ts';

const row: MemberRow = {
  name: 'm1',
  namespace: 'default',
  id: 'kubeconfig#m1',
  phase: { name: 'serving' },
  desired: 5,
  pending: 3,
  kept: 1,
  relapses: 0,
};

function stateOf(change: Partial<MemberRow>, rest: Partial<PlanState> = {}): PlanState {
  return { rows: { 'default/m1': { ...row, ...change } }, hasAssigned: true, published: 5, ...rest };
}

describe('a state', () => {
  it.each<[what: string, PlanState]>([
    ['nothing', stateOf({})],
    ['replicas that became ready', stateOf({ pending: 1 })],
    ['a donor that is let go', stateOf({ desired: 4, kept: 0 })],
    ['what autoscalers are told', stateOf({}, { published: 4 })],
    ['when replicas came closer', stateOf({ progress: { ready: 2, at: 7 } })],
    ['for whom it waits', stateOf({}, { awaitingSince: 7 })],
  ])('is not written for %s', (_, current) => {
    expect(isWorthKeeping(stateOf({}), current)).toBe(false);
  });

  it.each<[what: string, PlanState]>([
    ['a number that is asked for', stateOf({ desired: 6 })],
    ['more that has moved', stateOf({ pending: 4 })],
    ['another phase', stateOf({ phase: { name: 'lost', since: 7, held: 5, wasReturning: false } })],
    ['a relapse', stateOf({ relapses: 1 })],
    ['another cluster', stateOf({ id: 'file#m1' })],
    ['a step', stateOf({}, { lastStepAt: 7 })],
    ['a member that is gone', stateOf({}, { rows: {} })],
    ['a member that came', stateOf({}, { rows: { ...stateOf({}).rows, 'default/m2': row } })],
    ['the first numbers', stateOf({}, { hasAssigned: false })],
  ])('is written for %s', (_, current) => {
    expect(isWorthKeeping(stateOf({}), current)).toBe(true);
  });

  it('is written when there was none, unless it says nothing', () => {
    expect(isWorthKeeping(undefined, stateOf({}))).toBe(true);
    expect(isWorthKeeping(undefined, { rows: {}, hasAssigned: false, published: 0 })).toBe(false);
  });

  it('is not written for the order of what a phase says', () => {
    const phase = { name: 'excluded', since: 7, retained: 2 } as const;
    const { since, ...rest } = phase;
    expect(isWorthKeeping(stateOf({ phase }), stateOf({ phase: { since, ...rest } }))).toBe(false);
  });
});
