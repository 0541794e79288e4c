import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graceEnd, isPartition, lossesOf, oneProbeWindow } from './grace-end.ts';
import type { MemberRow, Phase } from './member-row.ts';

const grace = 60_000;

function rowsOf(...phases: readonly Phase[]): readonly MemberRow[] {
  return phases.map((phase, index) => ({
    name: `m${index}`,
    namespace: 'default',
    id: `m${index}`,
    phase,
    desired: 1,
    pending: 0,
    kept: 0,
    relapses: 0,
  }));
}

const serving: Phase = { name: 'serving' };
const lost = (since: number): Phase => ({ name: 'lost', since, held: 1, wasReturning: false });
const excluded = (since: number): Phase => ({ name: 'excluded', since, retained: 0 });
const duplicate: Phase = { name: 'duplicate', of: 'default/m0' };

describe('the grace period of a member that was lost at 0 (C29)', () => {
  it.each<[what: string, phases: readonly Phase[], times: number]>([
    ['alone', [lost(0), serving, serving, serving], 1],
    ['alone of two', [lost(0), serving], 1],
    ['with less than half of all', [lost(0), lost(0), serving, serving, serving], 1],
    ['with half of all', [lost(0), lost(0), serving, serving], 2],
    ['with all', [lost(0), lost(0), lost(0)], 2],
    ['with half of all, within one window', [lost(0), lost(oneProbeWindow), serving, serving], 2],
    ['with half of all, one after the other', [lost(0), lost(oneProbeWindow + 1), serving, serving], 1],
    ['with others that have been replaced meanwhile', [lost(0), excluded(1), serving, serving], 2],
    ['with others that were lost long before', [lost(0), excluded(-3_600_000), serving, serving], 1],
    ['with half of all, duplicates apart', [lost(0), lost(0), serving, serving, duplicate], 2],
  ])('%s', (_, phases, times) => {
    expect(graceEnd(0, grace, lossesOf(rowsOf(...phases)))).toBe(times * grace);
  });
});

it('counts all that were lost within the window, in whatever order they are named', () => {
  const sinces = fc.array(fc.integer({ min: 0, max: 4 * oneProbeWindow }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(sinces, fc.nat(30), (times, others) => {
      const rows = rowsOf(...times.map(lost), ...Array.from({ length: others }, () => serving));
      const [since = 0] = times;
      const near = times.filter((time) => Math.abs(time - since) <= oneProbeWindow).length;
      expect(isPartition(since, lossesOf(rows))).toBe(near >= 2 && near * 2 >= rows.length);
    }),
  );
});
