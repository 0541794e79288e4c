import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { objectCommand } from '../hub/object-command.ts';
import type { TreeFlags } from './show-tree.ts';

/** An object with everything that belongs to it. */
export function treeCommand(services?: HubServices): CliCommand<TreeFlags> {
  return objectCommand(
    async (call) => {
      const { showTree } = await import('./show-tree.ts');
      return showTree(call, services);
    },
    () => [
      new Option('--on <member>', 'this member only'),
      new Option('--not-ready', 'only what is not ready, and what it belongs to'),
    ],
  );
}
