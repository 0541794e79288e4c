import { describe, expect, it } from 'vitest';
import { checks } from './checks.ts';
import { selectChecks } from './select-checks.ts';

function codes(flags: Parameters<typeof selectChecks>[1]): string {
  const { hub, clusters, members } = selectChecks(checks, flags);
  return [...new Set([...hub, ...clusters, ...members])].map(({ code }) => code).join(' ');
}

describe('the checks that are wanted', () => {
  it('are all of them without flags', () => {
    expect(codes({}).split(' ')).toHaveLength(checks.length);
  });

  it.each([
    [{ only: ['WW2007'] }, 'WW2007'],
    [{ only: ['ww2007', 'WW1001'] }, 'WW1001 WW2007'],
    [{ only: ['WW2007,WW1001'] }, 'WW1001 WW2007'],
    [{ only: ['WW200x'], skip: ['WW2001', 'WW2004'] }, 'WW2002 WW2003 WW2005 WW2006 WW2007 WW2008 WW2009'],
    [{ only: ['WW2001'], skip: ['WW20xx'] }, ''],
    [{ pre: true, only: ['WW1xxx'] }, 'WW1001 WW1002 WW1004 WW1005 WW1006 WW1104 WW1105 WW1107 WW1111'],
    [{ pre: true, only: ['WW4xxx'] }, ''],
  ])('with %j are %s', (flags, expected) => {
    expect(codes(flags)).toBe(expected);
  });

  it('are those of connections for clusters and for members', () => {
    const { clusters, members } = selectChecks(checks, { only: ['WW2004', 'WW2007', 'WW2013'] });
    expect(clusters.map(({ code }) => code)).toEqual(['WW2004', 'WW2007']);
    expect(members.map(({ code }) => code)).toEqual(['WW2007', 'WW2013']);
  });

  it.each(['WW1999', 'WW99xx', 'certificates', 'WW20', 'WW2007x', '', '.*'])("cannot be '%s'", (text) => {
    expect(() => codes({ only: [text] })).toThrow(
      `--only must name codes of checks, such as 'WW2007' or 'WW20xx', not '${text}'.`,
    );
    expect(() => codes({ skip: [text] })).toThrow('--skip must name codes');
  });
});
