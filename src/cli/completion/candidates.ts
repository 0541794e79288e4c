import { Command, type Option } from 'commander';
import type { CommandEntry } from '../cli-command.ts';

/** What may stand in place of the last of the words, which may be empty. Nothing where that is up to the user. */
export async function candidates(
  words: readonly string[],
  entries: readonly CommandEntry[],
): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  return (await fitting(words.slice(0, -1), current, entries)).filter((word) => word.startsWith(current));
}

async function fitting(
  before: readonly string[],
  current: string,
  entries: readonly CommandEntry[],
): Promise<readonly string[]> {
  const visible = entries.filter(({ hidden }) => hidden !== true);
  const entry = visible.find(({ name }) => before.includes(name));
  if (entry?.entries !== undefined)
    return fitting(before.slice(before.indexOf(entry.name) + 1), current, entry.entries);
  if (entry === undefined)
    return current.startsWith('-') ? ['--help', '--version'] : visible.map(({ name }) => name);
  const cli = await entry.load();
  const command = new Command(entry.name);
  cli.define(command);
  const previous = before.at(-1) ?? '';
  const option = command.options.find(({ short, long }) => previous === short || previous === long);
  if (option !== undefined && takesValue(option)) return option.argChoices ?? [];
  if (current.startsWith('-'))
    return ['--help', ...command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? [])];
  return [...(cli.operands?.() ?? []), ...(entry.name === 'help' ? visible.map(({ name }) => name) : [])];
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
