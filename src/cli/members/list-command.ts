import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { ListFlags, Spelling } from './member-flags.ts';
import { memberHubOptions } from './member-hub-options.ts';

/** The members that the operator has, as it tells them. */
export function listCommand(spelling: Spelling, services?: HubServices): CliCommand<ListFlags> {
  return {
    define(command) {
      const options = [
        choice('-o, --output <format>', 'what is printed', ['table', 'wide', 'json', 'yaml', 'name']).default(
          'table',
        ),
        ...(spelling === 'compat' ? [new Option('--allow-empty', 'exit with 0 where there is none')] : []),
      ];
      for (const option of [...options, ...memberHubOptions(spelling), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { listMembers } = await import('./list-members.ts');
      return listMembers(call, spelling, services);
    },
  };
}
