import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import { hubUses } from './definitions.ts';
import type { CrdsFlags } from './crds-flags.ts';

/** The CustomResourceDefinitions of this version. */
export function crdsCommand(services?: HubServices): CliCommand<CrdsFlags> {
  return {
    define(command) {
      const check = new Option('--check', 'print whether the hub has them; exit with 1 where it has not');
      const use = choice(
        '--for <use>',
        'only those for Knative, for workloads that are spread over members, or for credentials of triggers on a hub without KEDA; default: all but the last, and with --check those that the hub is used for',
        hubUses,
      );
      for (const option of [check, use, ...hubOptions(), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { showCrds } = await import('./show-crds.ts');
      return showCrds(call, services);
    },
  };
}
