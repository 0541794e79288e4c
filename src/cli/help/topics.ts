import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Style } from '../terminal/style.ts';
import { renderTable } from '../terminal/table.ts';

export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly lines: (view: TopicView) => Promise<readonly string[]>;
}

export interface TopicView {
  /** How the program was called. */
  readonly program: string;
  readonly style: Style;
}

/** What `help` tells beside the commands. */
export const topics: readonly Topic[] = [
  {
    name: 'exit-codes',
    summary: 'what the exit code of a command says',
    lines: async ({ style }) => {
      const columns = [
        { title: 'CODE', value: ({ code }: ExitCode) => String(code) },
        { title: 'MEANING', value: ({ meaning }: ExitCode) => meaning },
      ];
      const { lines } = renderTable(Object.values(exitCodes), columns, { style, wide: false });
      const others =
        'setup-member, list-members and delete-member say 1 for 2 to 5 and 124, as the reference does.';
      return [...lines, '', others];
    },
  },
  {
    name: 'codes',
    summary: 'every code of findings, conditions, events and errors',
    lines: async ({ style }) => (await import('../codes/code-lines.ts')).allCodeLines(style),
  },
  {
    name: 'outputs',
    summary: 'what goes where, and what programs may rely on',
    lines: async ({ program }) => [
      'Data goes to stdout, talk goes to stderr: nothing but data gets into a pipe or a file.',
      '',
      '-o table   for people; columns may be added, moved and left out for want of room',
      '-o wide    the same with more columns',
      '-o json    for programs: apiVersion cli.wheelwright.dev/v1 and a kind; within v1 fields are only added',
      '-o yaml    the same as YAML',
      '-o name    one TYPE/NAMESPACE/NAME a line, as commands take them',
      '-o short   of check and diff: one finding, or one object, a line',
      '-o diff    of diff: the unified format of diff(1), secrets masked',
      '-o text    of images: one image a line',
      '-o junit   of check: for continuous integration',
      '',
      'Objects that render prints are as kubectl takes them: YAML documents, or one List in JSON.',
      'In tables - is nothing and ? is not known. Times in JSON are RFC 3339 in UTC, null is not known.',
      `On a terminal the left margin has a mark; in a pipe it is gone: ${program} status | awk '{print $1}'`,
    ],
  },
  {
    name: 'colours',
    summary: 'when there are colours and symbols, and how to do without',
    lines: async () => [
      'Colours are decided for stdout and stderr apart. The first of these that says something counts:',
      '  --color=always or --color=never',
      '  FORCE_COLOR (0 or false switch colours off)',
      '  NO_COLOR, if it is not empty',
      '  TERM=dumb: none',
      '  a terminal has colours, a pipe or file has none',
      '',
      'A colour never says more than the words beside it. Red is for what needs a person now.',
      'Symbols give way to words with --ascii, TERM=dumb, or a locale that is not UTF-8:',
      '  ✓ ok   ! WARN   ✗ FAIL   … wait   – skip',
      '',
      '--accessible or WHEELWRIGHT_ACCESSIBLE=1: sentences in place of tables, words in place of symbols,',
      'and no line is ever rewritten.',
    ],
  },
  {
    name: 'environment',
    summary: 'the environment variables that count',
    lines: async () => [
      'KUBECONFIG              kubeconfig files of the hub, unless --kubeconfig is given',
      'KO_DATA_PATH            directory with Knative releases, unless --manifests-dir is given',
      'WHEELWRIGHT_ACCESSIBLE  1: the same as --accessible',
      'FORCE_COLOR, NO_COLOR   see: help colours',
      'TERM                    dumb: no colours, no symbols, nothing is rewritten',
      'LC_ALL, LC_CTYPE, LANG  whether there are symbols: the first that is set must say UTF-8',
      'CI                      if it is set, progress is told in lines',
      'PATH                    where credential plugins of kubeconfigs are found',
    ],
  },
];
