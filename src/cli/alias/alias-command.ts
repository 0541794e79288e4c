import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { AliasFlags } from './make-aliases.ts';

/** Makes this program callable by other names: links, which are ours to replace, and nothing else. */
export function aliasCommand(): CliCommand<AliasFlags> {
  return {
    define(command) {
      const options = [
        new Option('--mc', 'link kubectl-mc, for `kubectl mc setup-member` and its like'),
        new Option('--kedify', 'link kubectl-kedify, for `kubectl kedify mc setup-member` and its like'),
        new Option('--wheelwright', 'link kubectl-wheelwright, for `kubectl wheelwright`'),
        new Option('--dir <dir>', 'where the links go; default: beside this program'),
      ];
      for (const option of [...options, ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { makeAliases } = await import('./make-aliases.ts');
      return makeAliases(call);
    },
  };
}
