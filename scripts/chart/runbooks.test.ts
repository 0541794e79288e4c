import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { describe, expect, it, test } from 'vitest';
import type { CommandEntry } from '../../src/cli/cli-command.ts';
import { commands } from '../../src/cli/commands.ts';
import { alertsIn, alertsTable } from './alerts-table.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const alerts = alertsIn(await read('charts/wheelwright/files/alerts.yaml'));
const page = await read('docs/runbooks.md');
const chapters = new Map(
  page
    .split('\n## ')
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);
const typed = [...page.matchAll(/`(kubectl wheelwright [^`]+)`/g)].map(([, text = '']) => text);

/** Reads a command line as the program does. Throws where it would be refused. */
async function parse(words: readonly string[], entries: readonly CommandEntry[] = commands): Promise<void> {
  const [name = '', ...rest] = words;
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`no command is called '${name}'`);
  if (entry.entries !== undefined) return parse(rest, entry.entries);
  const command = new Command(name).exitOverride().configureOutput({ writeErr: () => undefined });
  (await entry.load()).define(command);
  command.action(() => undefined);
  await command.parseAsync(rest, { from: 'user' });
}

describe('runbooks', () => {
  it('are those of the alerts, in their order', () => {
    expect([...chapters.keys()]).toEqual(alerts.map(({ alert }) => alert));
  });

  it.each([...chapters])('%s has a meaning and three steps', (_, text) => {
    const [, meaning = '', ...steps] = text.split('\n\n');
    expect(meaning).toMatch(/^[A-Z][^]*\.$/);
    expect(steps.join('\n').match(/^\d\. /gm)).toEqual(['1. ', '2. ', '3. ']);
  });

  it.each([...new Set(typed)])('name a command that there is: %s', async (line) => {
    await expect(parse(line.split(' ').slice(2))).resolves.toBeUndefined();
  });

  it('would be refused for a flag that there is not', async () => {
    await expect(parse(['status', '--everything'])).rejects.toThrow('unknown option');
  });
});

test('the list says what each alert says, with the names of labels', () => {
  const rule = {
    alert: 'A',
    expr: 'up',
    labels: { severity: 'info' },
    annotations: { summary: '{{ $labels.b }} is c.' },
  };
  expect(
    alertsTable(JSON.stringify([rule]))
      .split('\n')
      .at(-1),
  ).toBe('| [A](#a) | info | at once | *b* is c. |');
});
