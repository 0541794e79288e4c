import { describe, expect, it } from 'vitest';
import { styleOf } from '../src/cli/terminal/style.ts';
import { medianOf, type Report, reportLines } from './report.ts';

const style = styleOf({ isTTY: false, columns: undefined, rows: undefined }, {}, {}, 'linux');
const report: Report = {
  measures: [
    { what: 'created to Ready', unit: 's', values: [2.5, 1.9, 2.04], goal: 2 },
    { what: 'resident memory', unit: 'MB', values: [88.4] },
    { what: 'requests of a spoke', unit: '/min', values: [0.5, 0.25], goal: 1 },
  ],
  figures: {},
  notes: ['machine: 2 processors'],
};

describe('a report', () => {
  it('is a row a measure, with its unit and the goal', () => {
    expect(reportLines(report, style)).toEqual([
      'MEASURE              MEDIAN    LEAST     MOST      RUNS  GOAL',
      'created to Ready     2.04 s    1.90 s    2.50 s    3     2.00 s',
      'resident memory      88 MB     88 MB     88 MB     1     -',
      'requests of a spoke  0.38/min  0.25/min  0.50/min  2     1.00/min',
      '  machine: 2 processors',
    ]);
  });

  it('shows another operator beside ours, and how many times our figure its own is', () => {
    const compared = {
      ...report,
      measures: [{ what: 'created to Ready', unit: 's' as const, values: [2], reference: [7, 8, 9] }],
    };
    expect(reportLines(compared, style).slice(0, 2)).toEqual([
      'MEASURE           MEDIAN  LEAST   MOST    RUNS  GOAL  REFERENCE  RATIO',
      'created to Ready  2.00 s  2.00 s  2.00 s  1     -     8.00 s     4.0',
    ]);
  });

  it('has medians for programs in thousandths', () => {
    expect(medianOf([1.23456, 1.2, 9])).toBe(1.235);
  });
});
