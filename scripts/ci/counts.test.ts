import { describe, expect, it } from 'vitest';
import { countsOfExit, countsOfVitest, failuresOfVitest, sum, summaryLine } from './counts.ts';

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

describe('what failed in a run of tests', () => {
  const passed = { fullName: 'is fine', status: 'passed', failureMessages: [] };
  const failed = {
    fullName: 'the list is short',
    status: 'failed',
    failureMessages: ['Error: expected 3 to be 2\n    at /checkout/src/list.test.ts:7:1'],
  };
  const file = (status: string, assertionResults: readonly object[], message = ''): object => ({
    name: '/checkout/src/list.test.ts',
    status,
    message,
    assertionResults,
  });

  it.each([
    ['nothing', [file('passed', [passed])], []],
    [
      'a test',
      [file('failed', [passed, failed])],
      ['src/list.test.ts > the list is short: Error: expected 3 to be 2'],
    ],
    [
      'a file',
      [file('failed', [], 'cannot find the module\n    at nowhere')],
      ['src/list.test.ts: cannot find the module'],
    ],
    [
      'a file whose tests did not',
      [file('failed', [passed], 'afterAll took too long')],
      ['src/list.test.ts: afterAll took too long'],
    ],
    [
      'a test, and a hook after it',
      [file('failed', [failed], 'afterAll took too long')],
      [
        'src/list.test.ts: afterAll took too long',
        'src/list.test.ts > the list is short: Error: expected 3 to be 2',
      ],
    ],
    [
      'a hook that the report does not tell of',
      [file('failed', [passed])],
      ['src/list.test.ts: a hook of a group of tests failed, or the file was not run to its end'],
    ],
  ])('is %s', (_, testResults, lines) => {
    expect(failuresOfVitest(JSON.stringify({ testResults }), '/checkout')).toEqual(lines);
  });

  it('is cut where it is long, and nothing without a report', () => {
    const long = { ...failed, failureMessages: ['x'.repeat(10_000)] };
    const [line] = failuresOfVitest(JSON.stringify({ testResults: [file('failed', [long])] }), '/checkout');
    expect(line?.length).toBeLessThan(400);
    expect(failuresOfVitest('', '/checkout')).toEqual([]);
    expect(failuresOfVitest('{}', '/checkout')).toEqual([]);
  });
});
