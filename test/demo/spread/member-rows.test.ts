import { describe, expect, it } from 'vitest';
import { styleOf } from '../../../src/cli/terminal/style.ts';
import { memberNews, type MemberRow, memberTable } from './member-rows.ts';

const terminal = { isTTY: true, columns: 80, rows: 24 };
const plain = styleOf(terminal, { color: 'never' }, { LANG: 'C.UTF-8' }, 'linux');
const serving: MemberRow = { member: 'spoke-1', state: 'Ready', excluded: false, desired: 4, ready: 4 };
const growing: MemberRow = { ...serving, member: 'spoke-2', desired: 5, ready: 3 };
const gone: MemberRow = {
  ...serving,
  member: 'spoke-3',
  state: 'NotReady',
  excluded: true,
  desired: 0,
  ready: undefined,
};

describe('the table of the members', () => {
  it('has one bar for each', () => {
    expect(memberTable([serving, growing, gone], plain)).toEqual([
      '  MEMBER   STATE     REPLICAS  BAR',
      '✓ spoke-1  Ready     4/4       ████',
      '… spoke-2  Ready     3/5       ███░░',
      '✗ spoke-3  Excluded  -/0       -',
    ]);
  });

  it('draws bars without Unicode', () => {
    expect(memberTable([growing], { ...plain, unicode: false })[1]).toContain('###..');
  });

  it('draws no bar longer than ten', () => {
    expect(memberTable([{ ...serving, desired: 500, ready: 300 }], plain)[1]).toMatch(/ █{10}$/);
  });
});

describe('news of the members', () => {
  it('are each split and each state once', () => {
    expect(memberNews([], [serving, gone])).toEqual(['spoke-1 4/4 · spoke-3 -/0 Excluded']);
    expect(memberNews([serving, gone], [serving, gone])).toEqual([]);
    expect(memberNews([serving], [{ ...serving, ready: 3 }])).toEqual(['spoke-1 3/4']);
    expect(memberNews([serving], [{ ...serving, state: 'NotReady' }])).toEqual(['spoke-1 4/4 NotReady']);
  });
});
