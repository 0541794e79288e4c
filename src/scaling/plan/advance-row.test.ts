import { describe, expect, it } from 'vitest';
import { specOf } from '../testing/specs.ts';
import { advanceRow } from './advance-row.ts';
import type { MemberRow } from './member-row.ts';

const row: MemberRow = {
  name: 'm1',
  namespace: 'default',
  id: 'kubeconfig#m1',
  phase: { name: 'serving' },
  desired: 5,
  pending: 3,
  kept: 0,
  relapses: 0,
};
const { policy } = specOf({});

describe('a row', () => {
  it.each([
    [2, 3],
    [4, 1],
    [5, 0],
    [9, 0],
  ])('with %d ready replicas of 5 waits for %d that moved there', (readyReplicas, pending) => {
    expect(advanceRow(row, { state: 'ready', replicas: 5, readyReplicas }, policy, 0)).toMatchObject({
      pending,
    });
  });

  it('waits for none of those that it only keeps for others', () => {
    const keeps = { ...row, kept: 2 };
    expect(advanceRow(keeps, { state: 'ready', replicas: 5, readyReplicas: 3 }, policy, 0)).toMatchObject({
      pending: 0,
    });
  });

  it('that is lost holds what was not still on its way', () => {
    expect(advanceRow(row, { state: 'notReady', why: 'out of reach' }, policy, 7)).toMatchObject({
      phase: { name: 'lost', since: 7, held: 2, wasReturning: false },
    });
  });

  it('stays as it is while nobody has asked', () => {
    expect(advanceRow(row, { state: 'unknown' }, policy, 0)).toBe(row);
  });
});
