import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { type HubFlags, hubOptions } from '../hub/hub-options.ts';
import { type OutputFlags, outputOptions } from '../terminal/output-options.ts';
import type { CrdsServices } from './show-crds.ts';

export interface CrdsFlags extends HubFlags, OutputFlags {
  readonly check?: boolean;
}

/** The CustomResourceDefinitions of this version. */
export function crdsCommand(services?: CrdsServices): CliCommand<CrdsFlags> {
  return {
    define(command) {
      const check = new Option('--check', 'print whether the hub has them; exit with 1 where it has not');
      for (const option of [check, ...hubOptions(), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { showCrds } = await import('./show-crds.ts');
      return showCrds(call, services);
    },
  };
}
