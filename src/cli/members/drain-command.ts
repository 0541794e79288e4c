import type { CliCommand } from '../cli-command.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { DrainFlags } from './member-flags.ts';
import { memberHubOptions } from './member-hub-options.ts';
import { confirmOption, waitOption } from './member-options.ts';

/** Has everything moved away from a member, which stays a member. */
export function drainCommand(services?: HubServices): CliCommand<DrainFlags> {
  return {
    define(command) {
      command.argument('<member>', 'its name, or PROVIDER#NAME');
      const wait = waitOption('how long to wait until nothing runs there; 0s: do not wait', '5m');
      const options = [wait, confirmOption(), ...memberHubOptions('own'), ...outputOptions()];
      for (const option of options) command.addOption(option);
    },
    async run(call) {
      const { drainMember } = await import('./drain-member.ts');
      return drainMember(call, services);
    },
  };
}

/** Lets a member have replicas again. */
export function uncordonCommand(services?: HubServices): CliCommand<DrainFlags> {
  return {
    define(command) {
      command.argument('<member>', 'its name, or PROVIDER#NAME');
      for (const option of [...memberHubOptions('own'), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { uncordonMember } = await import('./drain-member.ts');
      return uncordonMember(call, services);
    },
  };
}
