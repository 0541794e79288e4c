import type { CliCommand } from '../cli-command.ts';
import { candidates } from './candidates.ts';

/** The last line for kubectl, which speaks Cobra's protocol: no files in place of candidates. */
const noFiles = ':4';

/** What may come next, one candidate a line, for the scripts of `completion` and for kubectl. */
export const completeCommand: CliCommand = {
  // Behind the dashes nothing is a flag of this command.
  rewrite: ([name = '', ...words]) => [name, '--', ...words],
  define(command) {
    command.argument('[words...]').helpOption(false);
  },
  async run({ operands, host, terminal: { out }, commands }) {
    const words = operands.flat().filter((word) => word !== undefined);
    for (const candidate of await candidates(words, commands)) out.line(candidate);
    if (host.completes) out.line(noFiles);
    return 'done';
  },
};
