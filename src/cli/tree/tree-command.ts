import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { TreeFlags, TreeServices } from './show-tree.ts';

/** An object with everything that belongs to it. */
export function treeCommand(services?: TreeServices): CliCommand<TreeFlags> {
  return {
    operands: () => ['dso/'],
    define(command) {
      command.argument('<object>', 'dso/NAME, or dso/NAMESPACE/NAME');
      const options = [
        new Option('--on <member>', 'this member only'),
        new Option('--not-ready', 'only what is not ready, and what it belongs to'),
        choice('-o, --output <format>', 'what is printed', ['table', 'json', 'yaml']).default('table'),
      ];
      for (const option of [...options, ...hubOptions(), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { showTree } = await import('./show-tree.ts');
      return showTree(call, services);
    },
  };
}
