import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { targetOptions } from '../diff/target-options.ts';
import type { DiffServices } from '../diff/with-targets.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { AdoptFlags } from './adopt-flags.ts';

/** What the operator would write as it takes over what another one has installed. */
export function adoptCommand(services?: DiffServices): CliCommand<AdoptFlags> {
  return {
    operands: () => ['serving', 'eventing'],
    define(command) {
      command.argument('[objects...]', 'serving/NAME, eventing/NAME or TYPE/NAMESPACE/NAME; default: all');
      const options = [
        new Option('--dry-run', 'write nothing; there is no other way').makeOptionMandatory(),
        choice('-o, --output <format>', 'what is printed', ['table', 'json']).default('table'),
        ...targetOptions(),
        ...outputOptions(),
      ];
      for (const option of options) command.addOption(option);
      command.addHelpText(
        'after',
        [
          '\nExits with 0 where nothing but managedFields would be written, 1 where something would, 2 for an error.',
          'Objects without spec.version are compared in the version that is installed. Fields that only the other',
          'operator has written, and nobody wants any more, go as well; that is not foreseen.',
        ].join('\n'),
      );
    },
    async run(call) {
      const { showAdoption } = await import('./show-adoption.ts');
      return showAdoption(call, services);
    },
  };
}
