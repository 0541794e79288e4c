import { type Mark, markWord } from '../terminal/mark.ts';
import { paint, type Style } from '../terminal/style.ts';
import type { CheckReport, Finding, Section } from './check-report.ts';
import { ruleLine } from './facts/rule.ts';

export interface ReportView {
  readonly style: Style;
  /** How the program was called. */
  readonly program: string;
}

/** The report for people; of several clusters and members those without failures are one line each. */
export function renderReport({ sections, counts }: CheckReport, view: ReportView): readonly string[] {
  const clusters = sections.filter(({ scope }) => scope !== 'hub').length;
  const { failed, warnings, ok, skipped } = counts;
  return [
    ...sections.flatMap((section) =>
      clusters > 1 && section.scope !== 'hub' && !hasFailures(section)
        ? [shortSection(section, view)]
        : sectionLines(section, view),
    ),
    paint(
      view.style,
      'bold',
      `${failed} failed, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${ok} ok, ${skipped} skipped`,
    ),
  ];
}

/** One line for each finding that is not ok. */
export function renderShort({ sections }: CheckReport): readonly string[] {
  return sections.flatMap(({ subject, findings }) =>
    findings.flatMap((finding) => {
      if (finding.result === 'ok') return [];
      const [level, text] =
        finding.result === 'failed'
          ? [finding.level, finding.problem]
          : ['skipped', `needs ${finding.needs}`];
      return [`${finding.code} ${level} ${subject}: ${text}`];
    }),
  );
}

function hasFailures({ findings }: Section): boolean {
  return findings.some(({ result }) => result === 'failed');
}

function shortSection({ subject, findings }: Section, { style }: ReportView): string {
  const skipped = findings.filter(({ result }) => result === 'skipped').length;
  const mark = markWord(style, skipped === 0 ? 'ok' : 'skipped');
  const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${mark} ${paint(style, 'bold', subject)}: ${findings.length - skipped} ok${rest}`;
}

function sectionLines({ subject, about, findings }: Section, view: ReportView): readonly string[] {
  const { style } = view;
  const judged = findings.filter(({ result }) => result !== 'skipped');
  return [
    `${paint(style, 'bold', subject)} (${about})`,
    ...judged.flatMap((finding) => findingLines(finding, view)),
    ...skippedLines(findings, style),
  ];
}

function findingLines(finding: Finding, { style, program }: ReportView): readonly string[] {
  const line = (mark: Mark, text: string): string => `${markWord(style, mark)} ${finding.code}  ${text}`;
  if (finding.result === 'ok') return [line('ok', finding.detail)];
  if (finding.result === 'skipped') return [];
  const { level, problem, cause, fix, rules = [], code } = finding;
  const detail = (label: string, text: string): string => `         ${label.padEnd(5)}  ${text}`;
  return [
    line(level === 'error' ? 'failed' : 'warning', problem),
    ...(cause === undefined ? [] : [detail('Cause', cause)]),
    detail('Fix', fix),
    ...rules.map((rule) => detail('', ruleLine(rule))),
    detail('Docs', `${program} help ${code}`),
  ];
}

/** What was skipped for the same want is one line: `WW2006, WW2008–WW2010 need a connection`. */
function skippedLines(findings: readonly Finding[], style: Style): readonly string[] {
  const byNeed = new Map<string, string[]>();
  for (const finding of findings) {
    if (finding.result !== 'skipped') continue;
    byNeed.set(finding.needs, [...(byNeed.get(finding.needs) ?? []), finding.code]);
  }
  const order = findings.map(({ code }) => code as string);
  return [...byNeed].map(([needs, codes]) => {
    const verb = codes.length === 1 ? 'needs' : 'need';
    return `${markWord(style, 'skipped')} ${ranges(codes, order, style)} ${verb} ${needs}`;
  });
}

/** Codes that follow one another in `order` are a range. */
export function ranges(
  codes: readonly string[],
  order: readonly string[],
  { unicode, accessible }: Pick<Style, 'unicode' | 'accessible'>,
): string {
  const to = accessible ? ' to ' : unicode ? '–' : '-';
  const runs: string[][] = [];
  for (const code of codes) {
    const run = runs.at(-1);
    const follows = run !== undefined && order.indexOf(run.at(-1) ?? '') + 1 === order.indexOf(code);
    if (follows) run.push(code);
    else runs.push([code]);
  }
  return runs.map((run) => (run.length < 3 ? run.join(', ') : `${run[0]}${to}${run.at(-1)}`)).join(', ');
}
