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

/** What the operator would apply to an empty cluster for an object in a file; none is asked. */
export function renderCommand(services?: RenderServices): CliCommand<RenderFlags> {
  return {
    define(command) {
      const output = choice('-o, --output <format>', 'what is printed', ['yaml', 'json']).default('yaml');
      const file = fileOption().makeOptionMandatory();
      const own = [file, versionOption(), output, namespaceOption()];
      for (const option of [...own, ...manifestOptions(), ...operatorOptions(), ...outputOptions()])
        command.addOption(option);
      command.addHelpText(
        'after',
        [
          '\nThe operator’s own records are left out: the ConfigMap that lists what was applied, and the marks on a',
          'namespace that it makes; uids of owners are empty. A namespace that was there before gets only what',
          'spec.namespace says: diff tells what a cluster would get.',
        ].join('\n'),
      );
    },
    async run(call) {
      const { showRendering } = await import('./show-rendering.ts');
      return showRendering(call, services);
    },
  };
}
