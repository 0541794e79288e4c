import { CommanderError, Option } from 'commander';
import type { CommandEntry } from './cli-command.ts';
import { commandFirst } from './command-line/command-first.ts';
import { commands } from './commands.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { printComplaint } from './failure/print-complaint.ts';
import { type Host, processHost } from './host.ts';
import { hubOptions } from './hub/hub-options.ts';
import { createProgram } from './program.ts';
import { type OutputFlags, outputOptions } from './terminal/output-options.ts';
import { openTerminal } from './terminal/terminal.ts';

/** Runs one command line; resolves with the exit code. Whatever goes wrong is told on stderr. */
export async function run(
  args: readonly string[],
  host: Host = processHost(),
  entries: readonly CommandEntry[] = commands,
): Promise<number> {
  let terminal = openTerminal(host, {});
  let exit: ExitName = 'done';
  try {
    const program = createProgram(host, entries);
    if (args.length === 0 && !host.completes) program.help();
    const line = readable(host.completes ? ['__complete', ...args] : args, entries);
    const entry = entries.find(({ name }) => name === line[0]);
    const command = program.commands.find((candidate) => candidate.name() === entry?.name);
    if (entry === undefined || command === undefined) {
      await program.parseAsync([...line], { from: 'user' });
      return exitCodes.done.code;
    }
    const cli = await entry.load();
    cli.define(command);
    // A command's own --version is not a question about this program.
    if (command.options.some(({ long }) => long === '--version')) program.enablePositionalOptions();
    command.action(async () => {
      const flags = command.opts<OutputFlags>();
      terminal = openTerminal(host, flags);
      exit = await cli.run({ operands: command.processedArgs, flags, host, terminal, commands: entries });
    });
    await program.parseAsync([...(cli.rewrite?.(line) ?? line)], { from: 'user' });
    return exitCodes[exit].code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done.code;
    const { explainFailure } = await import('./failure/explain-failure.ts');
    const complaint = explainFailure(error, host.program);
    printComplaint(terminal.err, complaint, host.program);
    return exitCodes[complaint.exit].code;
  }
}

/** The command first, whatever the order they came in. */
function readable(args: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const format = new Option('-o, --output <format>');
  const line = commandFirst(args, [format, ...hubOptions(), ...outputOptions()]);
  if (line[0] === 'help' && entries.some(({ name }) => name === line[1])) return [line[1] ?? '', '--help'];
  return line;
}
