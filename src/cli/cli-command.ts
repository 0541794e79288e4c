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
  readonly group: 'Look' | 'Before' | 'Diagnose' | 'Self';
  readonly summary: string;
  /** Without the name of the program. */
  readonly examples: readonly string[];
  readonly hidden?: boolean;
  readonly load: () => Promise<CliCommand>;
}

export interface Call<Flags> {
  /** In their order; those that were not given are undefined, and what may be many is a list. */
  readonly operands: readonly (string | readonly string[] | undefined)[];
  readonly flags: Flags;
  readonly host: Host;
  readonly terminal: Terminal;
  readonly commands: readonly CommandEntry[];
}
