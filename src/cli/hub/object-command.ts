import type { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { outputOptions } from '../terminal/output-options.ts';
import { hubOptions } from './hub-options.ts';

/** A command about one DistributedScaledObject on the hub; with options of its own, which come first. */
export function objectCommand<Flags>(
  run: CliCommand<Flags>['run'],
  own: () => readonly Option[] = () => [],
): CliCommand<Flags> {
  return {
    operands: () => ['dso/'],
    define(command) {
      command.argument('<object>', 'dso/NAME, or dso/NAMESPACE/NAME');
      const output = choice('-o, --output <format>', 'what is printed', ['table', 'json', 'yaml']);
      for (const option of [...own(), output.default('table'), ...hubOptions(), ...outputOptions()])
        command.addOption(option);
    },
    run,
  };
}
