import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { outputOptions } from '../terminal/output-options.ts';
import {
  fileOption,
  manifestOptions,
  namespaceOption,
  operatorOptions,
  versionOption,
} from './rendering-options.ts';
import type { RenderServices } from './show-rendering.ts';
import type { RenderFlags } from './render-flags.ts';

/** What the operator would apply for an object in a file, without a cluster. */
export function renderCommand(services?: RenderServices): CliCommand<RenderFlags> {
  return {
    define(command) {
      const output = choice('-o, --output <format>', 'what is printed', ['yaml', 'json']).default('yaml');
      const file = fileOption().makeOptionMandatory();
      const own = [file, versionOption(), output, namespaceOption()];
      for (const option of [...own, ...manifestOptions(), ...operatorOptions(), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { showRendering } = await import('./show-rendering.ts');
      return showRendering(call, services);
    },
  };
}
