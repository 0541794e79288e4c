import { describe, expect, it } from 'vitest';
import { styleOf } from '../../src/cli/terminal/style.ts';
import { spokeNews, type SpokeRow, spokeTable } from './spoke-rows.ts';

const terminal = { isTTY: true, columns: 80, rows: 24 };
const plain = styleOf(terminal, { color: 'never' }, { LANG: 'C.UTF-8' }, 'linux');
const waiting: SpokeRow = {
  spoke: 'spoke-1',
  version: undefined,
  objects: 0,
  deployments: { ready: 0, all: 0 },
  ready: false,
  seconds: 0,
};
const installing: SpokeRow = { ...waiting, objects: 40, deployments: { ready: 2, all: 7 }, seconds: 1.24 };
const ready: SpokeRow = {
  ...waiting,
  version: '1.22.1',
  objects: 75,
  deployments: { ready: 7, all: 7 },
  ready: true,
  seconds: 1.9,
};

describe('the table of the spokes', () => {
  it('shows how far each is', () => {
    expect(spokeTable([installing, { ...ready, spoke: 'spoke-2' }], plain)).toEqual([
      '  SPOKE    VERSION  OBJECTS  DEPLOYMENTS  STATE       SECONDS',
      '… spoke-1  -        40       2/7          Installing  1.2',
      '✓ spoke-2  1.22.1   75       7/7          Ready       1.9',
    ]);
  });

  it('leaves columns out before it wraps', () => {
    const lines = spokeTable([ready], { ...plain, width: 48 });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(48);
    expect(lines[0]).not.toContain('VERSION');
    expect(lines[0]).toContain('DEPLOYMENTS');
  });
});

describe('news of the spokes', () => {
  it('are each state once', () => {
    expect(spokeNews([], [waiting])).toEqual(['spoke-1: waiting, 0.00 s']);
    expect(spokeNews([waiting], [installing])).toEqual(['spoke-1: installing, 1.24 s']);
    expect(spokeNews([installing], [{ ...installing, objects: 60, seconds: 1.5 }])).toEqual([]);
    expect(spokeNews([installing], [ready])).toEqual([
      'spoke-1: Knative 1.22.1 is ready after 1.90 s, 75 objects, 7 of 7 Deployments available',
    ]);
  });
});
