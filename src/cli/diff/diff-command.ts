import type { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { accessOptions } from '../hub/access-options.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { fileOption, manifestOptions, operatorOptions, versionOption } from '../render/rendering-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { DiffServices } from './with-targets.ts';
import type { DiffFlags } from './diff-flags.ts';
import { providerFileOption } from './provider-file-option.ts';

/** How the operator would change a cluster for an object in a file. */
export function diffCommand(services?: DiffServices): CliCommand<DiffFlags> {
  return {
    define(command) {
      const options = [
        ...diffOptions(),
        ...hubOptions(),
        ...manifestOptions(),
        ...operatorOptions(),
        ...accessOptions(),
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

function diffOptions(): readonly Option[] {
  return [
    fileOption().makeOptionMandatory(),
    versionOption(),
    choice('-o, --output <format>', 'what is printed', ['diff', 'short', 'json']).default('diff'),
    providerFileOption(),
  ];
}
