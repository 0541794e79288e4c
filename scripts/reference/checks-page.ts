import type { Check } from '../../src/cli/check/check.ts';
import { checks } from '../../src/cli/check/checks.ts';
import { table } from '../markdown.ts';
import { codeLink } from './codes-page.ts';
import type { Page } from './page.ts';

const scopes: readonly (readonly [scope: Check['scope'], title: string, about: string])[] = [
  ['hub', 'The hub', 'Asked once.'],
  [
    'cluster',
    'Each cluster',
    'Asked of each ClusterProfile. Those that need a connection are asked of members besides.',
  ],
  ['member', 'Each member', 'Asked of each member that has a kubeconfig.'],
];

export function checksPage(): Page {
  const chapters = scopes.map(([scope, title, about]) => {
    const rows = checks
      .filter((check) => check.scope === scope)
      .map(({ code, level, title: isSo, needs }) => [codeLink(code), level, isSo, needs]);
    return `## ${title}\n\n${about}\n\n${table(['code', 'level', 'what is so', 'needs'], rows)}`;
  });
  return {
    file: 'checks.md',
    title: 'Checks',
    summary: 'What `wheelwright check` looks at.',
    body: [
      '`wheelwright check` writes nothing. A check that lacks what it needs is skipped, and says so. `--only` and `--skip` take codes,',
      '`WW20xx` for a group; `--fail-on` chooses the level from which on the exit code is 1. `wheelwright check --list` prints these lists.',
      '',
      chapters.join('\n\n'),
    ].join('\n'),
  };
}
