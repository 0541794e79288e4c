import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { ExplainFlags, ExplainServices } from './show-explanation.ts';

/** Why each member has the number that it has. */
export function explainCommand(services?: ExplainServices): CliCommand<ExplainFlags> {
  return {
    operands: () => ['dso/'],
    define(command) {
      command.argument('<object>', 'dso/NAME, or dso/NAMESPACE/NAME');
      const output = choice('-o, --output <format>', 'what is printed', ['table', 'json', 'yaml']);
      for (const option of [output.default('table'), ...hubOptions(), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { showExplanation } = await import('./show-explanation.ts');
      return showExplanation(call, services);
    },
  };
}
