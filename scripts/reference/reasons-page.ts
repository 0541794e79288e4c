import { type Reason, reasons } from '../../src/api/index.ts';
import { code, table } from '../markdown.ts';
import { codeLink } from './codes-page.ts';
import type { Page } from './page.ts';

export function reasonsPage(): Page {
  const entries = Object.entries<Reason>(reasons).toSorted(([a], [b]) => a.localeCompare(b));
  const rows = entries.map(([name, { code: number, level, meaning, fix }]) => [
    code(name),
    codeLink(number),
    level,
    meaning,
    fix,
  ]);
  return {
    file: 'reasons.md',
    title: 'Reasons',
    summary: 'Every reason that has a code, by its name.',
    body: [
      'A reason is the one word that a condition, an event or a finding has for its cause. Reasons are added, never renamed.',
      'Some conditions of Knative have the reason `Error`, as with knative/operator; the code at the end of their message leads to the',
      'reason in this list. What else conditions say stands in [conditions](conditions.md), what only events say in [events](events.md).',
      '',
      table(['reason', 'code', 'level', 'meaning', 'what to do'], rows),
    ].join('\n'),
  };
}
