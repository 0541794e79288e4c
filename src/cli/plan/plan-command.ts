import type { CliCommand } from '../cli-command.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { objectCommand } from '../hub/object-command.ts';
import type { PlanFlags } from './show-plan.ts';

/** What the operator would write next, without a write. */
export function planCommand(services?: HubServices): CliCommand<PlanFlags> {
  return objectCommand(async (call) => {
    const { showPlan } = await import('./show-plan.ts');
    return showPlan(call, services);
  });
}
