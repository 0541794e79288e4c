import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { fileOption, versionOption } from '../render/rendering-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { DiffServices } from './with-targets.ts';
import type { DiffFlags } from './diff-flags.ts';
import { targetOptions } from './target-options.ts';

/** How the operator would change a cluster for an object in a file. */
export function diffCommand(services?: DiffServices): CliCommand<DiffFlags> {
  return {
    define(command) {
      const options = [
        fileOption().makeOptionMandatory(),
        versionOption(),
        choice('-o, --output <format>', 'what is printed', ['diff', 'short', 'json']).default('diff'),
        ...targetOptions(),
        ...outputOptions(),
      ];
      for (const option of options) command.addOption(option);
      command.addHelpText(
        'after',
        [
          '\nExits with 0 where nothing differs, 1 where something does, 2 for an error. A cluster that does not',
          'serve a kind that the installation needs is one: nothing would be applied to it.',
        ].join('\n'),
      );
    },
    async run(call) {
      const { showDiff } = await import('./show-diff.ts');
      return showDiff(call, services);
    },
  };
}
