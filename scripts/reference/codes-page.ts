import { type DocumentedCode, documentedCodes } from '../../src/cli/codes/documented-code.ts';
import { anchor, code } from '../markdown.ts';
import type { Page } from './page.ts';

/** What the first two digits of a code stand for. */
const ranges: readonly (readonly [prefix: string, title: string])[] = [
  ['WW1', 'Hub and installation'],
  ['WW2', 'Access to clusters'],
  ['WW3', 'Delivery of Knative'],
  ['WW4', 'Scaling'],
  ['WW5', 'Command line'],
  ['WW9', 'Defects'],
];

export function codesPage(): Page {
  const codes = documentedCodes();
  const chapters = ranges.map(([prefix, title]) => {
    const entries = codes.filter((entry) => entry.code.startsWith(prefix));
    return `## ${title}\n\n${entries.map(entryText).join('\n\n')}`;
  });
  const left = codes.filter((entry) => !ranges.some(([prefix]) => entry.code.startsWith(prefix)));
  if (left.length > 0) throw new Error(`no chapter has the code ${left[0]?.code}`);
  return {
    file: 'codes.md',
    title: 'Codes',
    summary: 'Every code that ends a message, with its cause and its fix.',
    body: [
      'A code ends the message of a condition, of an error of the command line, and of a finding of `wheelwright check`.',
      'A code is for ever: it never changes its meaning, and is never used again. `wheelwright help WW2001` tells the same as this page.',
      'An *error* needs you, a *warning* may, an *info* is news.',
      '',
      ...chapters.map((chapter) => `${chapter}\n`),
    ]
      .join('\n')
      .trimEnd(),
  };
}

/** A link to a code, from another page of the same folder. */
export function codeLink(text: string): string {
  return `[${text}](codes.md#${anchor(text)})`;
}

function entryText({ code: name, level, reason, check, meaning, fix }: DocumentedCode): string {
  return [
    `### ${name}`,
    '',
    [...(reason === undefined ? [] : [code(reason)]), level].join(' · '),
    '',
    meaning,
    ...(check === undefined ? [] : ['', `*Check*: ${check}.`]),
    '',
    `*Fix*: ${fix}`,
  ].join('\n');
}
