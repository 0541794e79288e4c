import type { CliCommand } from '../cli-command.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { objectCommand } from '../hub/object-command.ts';
import type { ExplainFlags } from './show-explanation.ts';

/** Why each member has the number that it has. */
export function explainCommand(services?: HubServices): CliCommand<ExplainFlags> {
  return objectCommand(async (call) => {
    const { showExplanation } = await import('./show-explanation.ts');
    return showExplanation(call, services);
  });
}
