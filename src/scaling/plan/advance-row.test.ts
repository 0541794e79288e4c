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
const context = { policy: specOf({}).policy, keptElsewhere: 0, now: 0 };

describe('a row', () => {
  it.each([
    [2, 3],
    [4, 1],
    [5, 0],
    [9, 0],
  ])('with %d ready replicas of 5 waits for %d that moved there', (readyReplicas, pending) => {
    expect(advanceRow(row, { state: 'ready', replicas: 5, readyReplicas }, context)).toMatchObject({
      pending,
    });
  });

  it('waits for none of those that it only keeps for others', () => {
    const keeps = { ...row, kept: 2 };
    expect(advanceRow(keeps, { state: 'ready', replicas: 5, readyReplicas: 3 }, context)).toMatchObject({
      pending: 0,
    });
  });

  it.each([
    ['what has not moved there yet', 3, 2],
    ['what others keep no more', 1, 4],
    ['all that only has to start again', 0, 5],
  ])('that is lost holds %s', (_what, keptElsewhere, held) => {
    const lost = advanceRow(
      row,
      { state: 'notReady', why: 'out of reach' },
      { ...context, keptElsewhere, now: 7 },
    );
    expect(lost).toMatchObject({ phase: { name: 'lost', since: 7, held, wasReturning: false } });
  });

  it('stays as it is while nobody has asked', () => {
    expect(advanceRow(row, { state: 'unknown' }, context)).toBe(row);
  });
});
