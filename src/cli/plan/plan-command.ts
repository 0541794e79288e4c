import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { PlanFlags, PlanServices } from './show-plan.ts';

/** What the operator would write next, without a write. */
export function planCommand(services?: PlanServices): CliCommand<PlanFlags> {
  return {
    operands: () => ['dso/'],
    define(command) {
      command.argument('<object>', 'dso/NAME, or dso/NAMESPACE/NAME');
      const output = choice('-o, --output <format>', 'what is printed', ['table', 'json', 'yaml']);
      for (const option of [output.default('table'), ...hubOptions(), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { showPlan } = await import('./show-plan.ts');
      return showPlan(call, services);
    },
  };
}
