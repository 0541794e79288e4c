import type { Command } from 'commander';
import type { Report } from './report.ts';

/** One measurement that people can repeat. `Flags` are its own flags, as commander names them. */
export interface Benchmark<Flags> {
  readonly name: string;
  /** For help. */
  readonly about: string;
  /** Adds its own flags. */
  readonly flags: (command: Command) => Command;
  /** `tell` says on stderr what is being done. */
  readonly run: (flags: Flags, tell: (what: string) => void) => Promise<Report>;
}
