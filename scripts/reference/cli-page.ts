import { type Argument, Command, type Option } from 'commander';
import { commandsOf, commands } from '../../src/cli/commands.ts';
import type { CommandEntry } from '../../src/cli/cli-command.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { accessOptions } from '../../src/cli/hub/access-options.ts';
import { hubOptions } from '../../src/cli/hub/hub-options.ts';
import { outputOptions } from '../../src/cli/terminal/output-options.ts';
import { anchor, code, table } from '../markdown.ts';
import type { Page } from './page.ts';

/** Flags that many commands have. */
const shared: readonly {
  readonly title: string;
  readonly about: string;
  readonly options: readonly Option[];
}[] = [
  { title: 'Flags for the hub', about: "They mean what kubectl's mean.", options: hubOptions() },
  {
    title: 'Flags for access to clusters',
    about: 'Give them as the operator has them, so that the command goes the same way.',
    options: accessOptions(),
  },
  { title: 'Flags for output', about: 'See `wheelwright help colours`.', options: outputOptions() },
];

const groups: readonly (readonly [group: CommandEntry['group'], title: string])[] = [
  ['Look', 'Look'],
  ['Before', 'Before a change'],
  ['Change', 'Change'],
  ['Diagnose', 'Diagnose'],
  ['Self', 'The program itself'],
  ['Compat', 'By the names of Kedify'],
];

export async function cliPage(): Promise<Page> {
  const chapters: string[] = [];
  for (const [group, title] of groups) {
    const entries = commands.filter((entry) => entry.group === group && entry.hidden !== true);
    const texts = await Promise.all(entries.flatMap((entry) => entryTexts(entry, 'wheelwright')));
    chapters.push(`## ${title}\n\n${texts.join('\n\n')}`);
  }
  return {
    file: 'cli.md',
    title: 'The command line',
    summary: 'Every command of `wheelwright`, with its flags and exit codes.',
    body: [
      'The program is `wheelwright`. Where it is in `PATH` as `kubectl-wheelwright`, kubectl calls it: `kubectl wheelwright status`.',
      '`-h` after a command prints what this page has. What goes where, colours and variables are told by `wheelwright help outputs`,',
      '`help colours` and `help environment`; the documents of `-o json` stand in [JSON output](json-output.md).',
      '',
      ...chapters.flatMap((chapter) => [chapter, '']),
      ...shared.flatMap(({ title, about, options }) => [
        `## ${title}`,
        '',
        about,
        '',
        optionsTable(options),
        '',
      ]),
      '## Exit codes',
      '',
      table(
        ['code', 'meaning'],
        Object.values(exitCodes).map(({ code: number, meaning }) => [code(String(number)), meaning]),
      ),
      '',
      '`setup-member`, `list-members` and `delete-member` say 1 for 2 to 5 and 124, as the commands of Kedify do.',
      '',
      '## Other names',
      '',
      '`wheelwright alias` links the program by other names, where you ask for it. By each of them it serves these commands.',
      '',
      table(
        ['name', 'commands'],
        ['kubectl wheelwright', 'kubectl mc', 'kubectl kedify'].map((name) => [
          code(name),
          name === 'kubectl wheelwright'
            ? 'all'
            : commandsOf(name)
                .filter(({ hidden }) => hidden !== true)
                .map((entry) => code(entry.name))
                .join(', '),
        ]),
      ),
    ].join('\n'),
  };
}

/** The texts of a command, or of those that stand behind a word. */
function entryTexts(entry: CommandEntry, prefix: string): readonly Promise<string>[] {
  const name = `${prefix} ${entry.name}`;
  if (entry.entries === undefined) return [commandText(entry, name)];
  return entry.entries.filter(({ hidden }) => hidden !== true).flatMap((below) => entryTexts(below, name));
}

async function commandText(entry: CommandEntry, name: string): Promise<string> {
  const command = new Command(entry.name);
  (await entry.load()).define(command);
  const usage = [`${name} ${command.usage()}`];
  const examples = entry.examples.map((example) => `wheelwright ${example}`);
  return [
    `### \`${name}\``,
    '',
    `${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`,
    '',
    textBlock(usage),
    ...(examples.length === 0 ? [] : ['', 'For example:', '', textBlock(examples)]),
    ...argumentsText(command.registeredArguments),
    ...flagsText(entry.name, command.options),
  ].join('\n');
}

function argumentsText(operands: readonly Argument[]): readonly string[] {
  const told = operands.filter(({ description }) => description !== '');
  if (told.length === 0) return [];
  return [
    '',
    table(
      ['argument', 'meaning'],
      told.map((one) => [code(one.name()), sentence(one.description)]),
    ),
  ];
}

function flagsText(name: string, options: readonly Option[]): readonly string[] {
  // They have a page of their own, with their variables.
  if (name === 'operator') return ['', 'Its flags stand in [flags of the operator](flags.md).'];
  const given = new Set(options.map(signature));
  const links = shared.filter((group) => group.options.every((option) => given.has(signature(option))));
  const elsewhere = new Set(links.flatMap((group) => group.options.map(signature)));
  const own = options.filter((option) => !option.hidden && !elsewhere.has(signature(option)));
  const also = links.map(
    ({ title }) => `[${title.charAt(0).toLowerCase()}${title.slice(1)}](#${anchor(title)})`,
  );
  return [
    ...(own.length === 0 ? [] : ['', optionsTable(own)]),
    ...(also.length === 0 ? [] : ['', `Besides, the ${listed(also)}.`]),
  ];
}

function signature({ flags, description }: Option): string {
  return `${flags} ${description}`;
}

function optionsTable(options: readonly Option[]): string {
  const rows = options.map((option) => [code(option.flags), sentence(option.description), valuesOf(option)]);
  return table(['flag', 'meaning', 'values'], rows);
}

function valuesOf({ argChoices, defaultValue, defaultValueDescription }: Option): string {
  const fallback = defaultValueDescription ?? (typeof defaultValue === 'string' ? defaultValue : undefined);
  return [
    ...(argChoices === undefined ? [] : [argChoices.map(code).join(', ')]),
    ...(fallback === undefined ? [] : [`default ${code(fallback)}`]),
  ].join('; ');
}

/** Help has no capital letters at its beginning; names in it may be typed as they are. */
function sentence(help: string): string {
  return help.replaceAll('<', '\\<');
}

function textBlock(lines: readonly string[]): string {
  return ['```text', ...lines, '```'].join('\n');
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
