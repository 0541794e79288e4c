import { describe, expect, it } from 'vitest';
import type { MemberRow, Phase } from './member-row.ts';
import { withTrustedTimes } from './trusted-times.ts';

const now = 1_000;
const later = 5_000;

function rowOf(phase: Phase): MemberRow {
  return {
    name: 'm1',
    namespace: 'default',
    id: 'm1',
    phase,
    desired: 0,
    pending: 0,
    kept: 0,
    relapses: 0,
    progress: { ready: 0, at: later },
    returnedAt: later,
    retargetedAt: later,
  };
}

describe('a time that has yet to come (C31)', () => {
  it.each<[before: Phase, after: object]>([
    [{ name: 'fresh', since: later }, { since: now }],
    [
      { name: 'lost', since: later, held: 3, wasReturning: true },
      { since: now, held: 3 },
    ],
    [
      { name: 'excluded', since: later, retained: 3 },
      { since: now, retained: 3 },
    ],
    [
      { name: 'returning', since: later, hold: 60, counted: 3, headStart: 3, isMoving: false },
      { since: now, hold: 60 },
    ],
    [
      { name: 'slow', since: later, hold: 60, counted: 3 },
      { since: now, hold: 60 },
    ],
    [{ name: 'duplicate', of: 'default/m2', differsSince: later }, { differsSince: now }],
    [{ name: 'excluded', since: 7, retained: 3 }, { since: 7 }],
  ])('of %j is now', (phase, after) => {
    const state = { rows: { 'default/m1': rowOf(phase) }, hasAssigned: true, published: 0 };
    const trusted = withTrustedTimes({ ...state, lastStepAt: later, awaitingSince: later }, now);
    expect(trusted).toMatchObject({ lastStepAt: now, awaitingSince: now });
    const row = trusted.rows['default/m1'];
    expect(row).toMatchObject({ returnedAt: now, retargetedAt: now, progress: { ready: 0, at: now } });
    expect(row?.phase).toMatchObject(after);
  });
});
