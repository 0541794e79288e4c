import type { Command } from 'commander';
import type { ExitName } from './exit-codes.ts';
import type { Host } from './host.ts';
import type { Terminal } from './terminal/terminal.ts';

/** One subcommand. Its module is only loaded when it is called, so that help is quick. */
export interface CliCommand<Flags = unknown> {
  /** Adds what the command takes. */
  define(command: Command): void;
  /** Throws what hinders it, for the one printer of errors. */
  run(call: Call<Flags>): Promise<ExitName>;
  /** What the first operand may begin with, for the completion of command lines. */
  operands?(): readonly string[];
  /** Reads arguments of another style as ours. */
  rewrite?(args: readonly string[]): readonly string[];
}

/** A subcommand as far as it is known before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly group: 'Look' | 'Before' | 'Change' | 'Diagnose' | 'Self' | 'Compat';
  readonly summary: string;
  /** Without the name of the program. */
  readonly examples: readonly string[];
  readonly hidden?: boolean;
  /** By this name another program ends with 1 whatever hinders it, and scripts that call it may rely on that. */
  readonly knowsOneFailure?: boolean;
  readonly load: () => Promise<CliCommand>;
  /** Subcommands of a word that is no command by itself, as in `members add`; nothing is loaded for it then. */
  readonly entries?: readonly CommandEntry[];
}

/** A word with subcommands. */
export function commandGroup(
  group: Omit<CommandEntry, 'load'> & { readonly entries: readonly CommandEntry[] },
): CommandEntry {
  return { ...group, load: () => Promise.reject(new Error(`'${group.name}' is no command by itself`)) };
}

export interface Call<Flags> {
  /** In their order; those that were not given are undefined, and what may be many is a list. */
  readonly operands: readonly (string | readonly string[] | undefined)[];
  readonly flags: Flags;
  readonly host: Host;
  readonly terminal: Terminal;
  readonly commands: readonly CommandEntry[];
}
