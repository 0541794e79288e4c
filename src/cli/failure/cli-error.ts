import type { Complaint } from './complaint.ts';

/** A command cannot go on, and knows how to say why. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly complaint: Complaint;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(complaint.problem, options);
    this.complaint = complaint;
  }
}

/** The command line, or a file that it names, cannot be used. */
export function usageError(problem: string, details: Partial<Omit<Complaint, 'problem'>> = {}): CliError {
  return new CliError({ problem, exit: 'usage', code: 'WW5002', ...details });
}

/** Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
