import { ruleLine } from '../../check/facts/rule.ts';
import type { CheckLevel } from '../../check/check.ts';
import type { Finding, Section } from '../../check/check-report.ts';
import type { Answer } from '../../hub/answer.ts';
import { compareLevels, type Level } from '../../status/level.ts';
import { html, type Html } from './html.ts';
import { section } from './section.ts';
import { state } from './state.ts';
import { table } from './table.ts';
import { visited } from './visited.ts';

/** What came of the checks of a cluster, worst first; each that failed with its fix. */
export function findingSection(checks: Answer<Section>, command: (line: string) => string): Html {
  return section(
    'checks',
    'Checks',
    visited(checks, ({ about, findings }) =>
      table({
        caption: about,
        columns: [
          { title: 'Check', cell: ({ code }) => html`<span class="code">${code}</span>` },
          { title: 'Result', cell: (finding) => state(wordOf(finding), levelOf(finding)) },
          { title: 'Found', cell: (finding) => found(finding, command) },
        ],
        rows: findings.toSorted((a, b) => compareLevels(levelOf(a), levelOf(b))),
        key: ({ code }) => code,
      }),
    ),
  );
}

const levels: Readonly<Record<CheckLevel, Level>> = { error: 'error', warning: 'warning', info: 'waiting' };
const words: Readonly<Record<CheckLevel, string>> = { error: 'Failed', warning: 'Warning', info: 'Note' };

function levelOf(finding: Finding): Level {
  if (finding.result === 'failed') return levels[finding.level];
  return finding.result === 'ok' ? 'ok' : 'waiting';
}

function wordOf(finding: Finding): string {
  if (finding.result === 'failed') return words[finding.level];
  return finding.result === 'ok' ? 'OK' : 'Skipped';
}

function found(finding: Finding, command: (line: string) => string): Html {
  switch (finding.result) {
    case 'ok':
      return html`${finding.detail}`;
    case 'skipped':
      return html`${finding.title}: needs ${finding.needs}`;
    case 'failed': {
      const { problem, cause, fix, rules = [], code } = finding;
      return html`${problem}${cause === undefined ? '' : html`<br />Cause: ${cause}`}<br />Fix:
        ${fix}${rules.map((rule) => html`<br /><code>${ruleLine(rule)}</code>`)}<br />Docs:
        <code>${command(`help ${code}`)}</code>`;
    }
  }
}
