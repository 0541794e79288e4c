import { describe, expect, it } from 'vitest';
import { countsOfExit, countsOfVitest, sum, summaryLine } from './counts.ts';

describe('what a run of tests amounts to', () => {
  const report = (numPassedTests: number, numFailedTests: number): string =>
    JSON.stringify({ numTotalTests: 99, numPassedTests, numFailedTests, success: false });

  it.each([
    [report(12, 0), 0, { passed: 12, failed: 0 }],
    [report(12, 3), 1, { passed: 12, failed: 3 }],
    [report(12, 0), 1, { passed: 12, failed: 1 }],
    [report(0, 0), 1, { passed: 0, failed: 1 }],
    ['{}', 0, undefined],
    ['', 1, undefined],
    ['{"numPassedTests": 3', 1, undefined],
  ])('%s with exit code %d', (text, code, counts) => {
    expect(countsOfVitest(text, code)).toEqual(counts);
  });

  it('is one test for a command that counts nothing', () => {
    expect([countsOfExit(0), countsOfExit(2)]).toEqual([
      { passed: 1, failed: 0 },
      { passed: 0, failed: 1 },
    ]);
  });

  it('adds up', () => {
    const all = [
      { passed: 3, failed: 0 },
      { passed: 4, failed: 2 },
    ];
    expect(summaryLine(sum(all))).toBe('7 passed, 2 failed');
    expect(summaryLine(sum([]))).toBe('0 passed, 0 failed');
  });
});
