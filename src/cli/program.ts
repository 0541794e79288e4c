import { Command } from 'commander';
import type { CommandEntry } from './cli-command.ts';
import { topics } from './help/topics.ts';
import type { Host } from './host.ts';
import { version } from './version.ts';

/** Help is not wider than this, because long lines are hard to read. */
const widestHelp = 100;

/**
 * The command line with every subcommand by name; what they take is added by the one that is called. `parent` is the word
 * before the subcommands, if any.
 */
export function createProgram(
  { program: called, stdout }: Pick<Host, 'program' | 'stdout'>,
  entries: readonly CommandEntry[],
  parent?: CommandEntry,
): Command {
  const name = parent === undefined ? called : `${called} ${parent.name}`;
  const program = new Command(name);
  if (parent === undefined) program.version(version);
  program
    .description(
      parent === undefined
        ? 'One hub cluster keeps Knative, and event-driven workloads, true on many Kubernetes clusters.'
        : `${sentence(parent.summary)}.`,
    )
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ commandUsage: usage })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // Errors are thrown, and told by the one printer of errors.
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(stdout.columns ?? widestHelp, widestHelp),
      getOutHasColors: () => false,
    });
  for (const entry of entries) {
    const command = program.command(entry.name, { hidden: entry.hidden === true });
    command
      .summary(entry.summary)
      .description(`${sentence(entry.summary)}.`)
      .helpGroup(`${entry.group}:`);
    command.addHelpText('before', examples(called, entry.examples));
  }
  const first = parent?.examples ?? entries.flatMap((entry) => entry.examples.slice(0, 1)).slice(0, 3);
  return program
    .addHelpText('before', examples(parent === undefined ? name : called, first))
    .addHelpText('after', `\nMore: ${called} help ${topics.map((topic) => topic.name).join(' | ')}\n`);
}

/** Examples come first: they are what most people look for. */
function examples(program: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `Examples:\n${lines.map((line) => `  ${program} ${line}`).join('\n')}\n`;
}

function usage(command: Command): string {
  const parent = command.parent === null ? '' : `${command.parent.name()} `;
  return `${parent}${command.name()} ${command.parent === null ? '<command>' : command.usage()}`;
}

function sentence(summary: string): string {
  return summary.charAt(0).toUpperCase() + summary.slice(1);
}
