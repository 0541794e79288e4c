import { CommanderError, Option } from 'commander';
import type { CommandEntry } from './cli-command.ts';
import { commandFirst } from './command-line/command-first.ts';
import { withoutUnknownValues } from './command-line/unknown-values.ts';
import { commandsOf } from './commands.ts';
import { exitCode, type ExitName, exitCodes } from './exit-codes.ts';
import { printComplaint } from './failure/print-complaint.ts';
import { type Host, processHost } from './host.ts';
import { hubOptions } from './hub/hub-options.ts';
import { memberHubOptions } from './members/member-hub-options.ts';
import { createProgram } from './program.ts';
import { type OutputFlags, outputOptions } from './terminal/output-options.ts';
import { openTerminal } from './terminal/terminal.ts';

/**
 * Runs one command line; resolves with the exit code. Whatever goes wrong is told on stderr. `parent` is the word before the
 * subcommands in `entries`, if there is one.
 */
export async function run(
  args: readonly string[],
  host: Host = processHost(),
  entries: readonly CommandEntry[] = commandsOf(host.program),
  parent?: CommandEntry,
): Promise<number> {
  const called = parent === undefined ? host.program : `${host.program} ${parent.name}`;
  let terminal = openTerminal(host, {});
  let exit: ExitName = 'done';
  let entry: CommandEntry | undefined;
  try {
    const program = createProgram(host, entries, parent);
    if (args.length === 0 && !host.completes) program.help();
    const line = readable(host.completes ? ['__complete', ...args] : args, entries);
    entry = entries.find(({ name }) => name === line[0]);
    if (entry?.entries !== undefined) return await run(line.slice(1), host, entry.entries, entry);
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
    const names = [...command.options, ...program.options].flatMap(({ long }) => long ?? []);
    const known = withoutUnknownValues(cli.rewrite?.(line) ?? line, new Set([...names, '--help']));
    await program.parseAsync(known, { from: 'user' });
    return exitCode(exit, entry);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done.code;
    const { explainFailure } = await import('./failure/explain-failure.ts');
    const at = entry === undefined ? called : `${called} ${entry.name}`;
    const complaint = explainFailure(error, host.program, at);
    printComplaint(terminal.err, complaint, host.program);
    return exitCode(complaint.exit, entry);
  }
}

/** The command first, whatever the order they came in. */
function readable(args: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const format = new Option('-o, --output <format>');
  const options = [...hubOptions(), ...memberHubOptions('compat'), ...outputOptions()];
  const line = commandFirst(args, [format, ...options]);
  if (line[0] === 'help' && entries.some(({ name }) => name === line[1])) return [...line.slice(1), '--help'];
  return line;
}
