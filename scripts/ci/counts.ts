import { relative } from 'node:path';

/** How many tests did what they should. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** What is read of vitest's JSON report. */
interface Report {
  readonly numPassedTests?: unknown;
  readonly numFailedTests?: unknown;
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export function sum(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((total, { passed }) => total + passed, 0),
    failed: all.reduce((total, { failed }) => total + failed, 0),
  };
}

export function summaryLine({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}

/** What a command that counts nothing, or that ended before it could, amounts to. */
export function countsOfExit(code: number): Counts {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/**
 * From the text of vitest's JSON report, and the exit code: a run that failed although no test did, because a file could
 * not be loaded or no test was found, has one failure. Undefined where the text is no such report.
 */
export function countsOfVitest(report: string, code: number): Counts | undefined {
  const { numPassedTests: passed, numFailedTests: failed } = reportOf(report);
  if (typeof passed !== 'number' || typeof failed !== 'number') return undefined;
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** What failed in a file although none of its tests did, and vitest does not tell. */
const untold = 'a hook of a group of tests failed, or the file was not run to its end';

/**
 * A line for each test that failed, and for each file that could not be loaded or whose hooks failed, from the text of
 * vitest's JSON report: where, what, and the first line of why. Paths are told from `root`. Empty where the text is no
 * such report.
 */
export function failuresOfVitest(report: string, root: string): readonly string[] {
  return (reportOf(report).testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((result) => result.status === 'failed');
    const isOfFile = message !== '' || (status === 'failed' && failed.length === 0);
    const ofFile = isOfFile ? [`${file}: ${firstLine(message) || untold}`] : [];
    const ofTests = failed.map(
      ({ fullName, failureMessages: [why = ''] }) => `${file} > ${fullName}: ${firstLine(why)}`,
    );
    return [...ofFile, ...ofTests];
  });
}

/** Nothing where the text is no JSON. */
function reportOf(text: string): Report {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return {};
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
