import { Command } from 'commander';
import type { CommandEntry } from './cli-command.ts';
import { topics } from './help/topics.ts';
import type { Host } from './host.ts';
import { version } from './version.ts';

/** Help is not wider than this, because long lines are hard to read. */
const widestHelp = 100;

/** The command line with every subcommand by name; what they take is added by the one that is called. */
export function createProgram({ program: name, stdout }: Host, entries: readonly CommandEntry[]): Command {
  const program = new Command(name)
    .description(
      'One hub cluster keeps Knative, and event-driven workloads, true on many Kubernetes clusters.',
    )
    .version(version)
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
    command.addHelpText('before', examples(name, entry.examples));
  }
  const first = entries.flatMap((entry) => entry.examples.slice(0, 1)).slice(0, 3);
  return program
    .addHelpText('before', examples(name, first))
    .addHelpText('after', `\nMore: ${name} help ${topics.map((topic) => topic.name).join(' | ')}\n`);
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
