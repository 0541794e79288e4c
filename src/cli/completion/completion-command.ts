import { Argument } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { completionScript, type Shell, shells } from './completion-script.ts';

/** A script for a shell, which asks this program for candidates. */
export const completionCommand: CliCommand = {
  operands: () => shells,
  define(command) {
    command.addArgument(new Argument('<shell>', 'the shell').choices(shells));
    command.addHelpText(
      'after',
      '\nkubectl completes `kubectl wheelwright` by itself if kubectl_complete-wheelwright, a link to this program, is in PATH.',
    );
  },
  async run({ operands, terminal: { out } }) {
    out.write(completionScript(operands[0] as Shell));
    return 'done';
  },
};
