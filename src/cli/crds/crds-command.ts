import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { CrdsServices } from './show-crds.ts';
import type { CrdsFlags } from './crds-flags.ts';

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
