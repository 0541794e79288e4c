import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { RemoveFlags, Spelling } from './member-flags.ts';
import { memberHubOptions } from './member-hub-options.ts';
import {
  confirmOption,
  memberPlaceOptions,
  providerOption,
  waitOption,
  yesOption,
} from './member-options.ts';

/** Makes a cluster no member any more. */
export function removeCommand(spelling: Spelling, services?: HubServices): CliCommand<RemoveFlags> {
  return {
    define(command) {
      command.argument('<name>', 'what the member is called');
      const options = [
        providerOption('where to remove it from, if it is registered in both ways'),
        new Option('--drain', 'first have everything moved away from it'),
        waitOption('how long that may take', '5m'),
        new Option('--cleanup-member', 'also remove from the member what was set up there'),
        ...memberPlaceOptions(),
        yesOption(),
        ...(spelling === 'own' ? [confirmOption()] : []),
      ];
      for (const option of [...options, ...memberHubOptions(spelling), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { removeMember } = await import('./remove-member.ts');
      return removeMember(call, spelling, services);
    },
  };
}
