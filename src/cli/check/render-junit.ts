import type { CheckReport, Finding, Section } from './check-report.ts';
import { ruleLine } from './facts/rule.ts';

/** The report as JUnit XML: a suite for each section, a case for each check; warnings below `failOn` are no failures. */
export function renderJunit({ sections }: CheckReport, failOn: 'warning' | 'error'): string {
  const suites = sections.map((section) => suite(section, failOn));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="wheelwright check">',
    ...suites.flat(),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ subject, findings }: Section, failOn: 'warning' | 'error'): readonly string[] {
  const failures = findings.filter((finding) => isFailure(finding, failOn)).length;
  const skipped = findings.filter(({ result }) => result === 'skipped').length;
  return [
    `  <testsuite name="${escape(subject)}" tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}">`,
    ...findings.flatMap((finding) => testCase(finding, subject, failOn)),
    '  </testsuite>',
  ];
}

function testCase(finding: Finding, subject: string, failOn: 'warning' | 'error'): readonly string[] {
  const open = `    <testcase classname="${escape(subject)}" name="${escape(`${finding.code} ${finding.title}`)}"`;
  const body = bodyOf(finding, failOn);
  return body === undefined ? [`${open}/>`] : [`${open}>`, `      ${body}`, '    </testcase>'];
}

function bodyOf(finding: Finding, failOn: 'warning' | 'error'): string | undefined {
  if (finding.result === 'ok') return undefined;
  if (finding.result === 'skipped') return `<skipped message="${escape(`needs ${finding.needs}`)}"/>`;
  const { problem, cause, fix, rules = [], level } = finding;
  const text = escape(
    [...(cause === undefined ? [] : [`Cause: ${cause}`]), `Fix: ${fix}`, ...rules.map(ruleLine)].join('\n'),
  );
  return isFailure(finding, failOn)
    ? `<failure type="${level}" message="${escape(problem)}">${text}</failure>`
    : `<system-out>${escape(`${level}: ${problem}`)}\n${text}</system-out>`;
}

function isFailure(finding: Finding, failOn: 'warning' | 'error'): boolean {
  return finding.result === 'failed' && (finding.level === 'error' || finding.level === failOn);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"\n]/g, (character) => entities[character] ?? character);
}
