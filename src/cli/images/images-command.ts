import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import {
  fileOption,
  manifestOptions,
  namespaceOption,
  operatorOptions,
  versionOption,
} from '../render/rendering-options.ts';
import type { RenderServices } from '../render/show-rendering.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { ImagesFlags } from './images-flags.ts';

/** What must be in a registry before Knative is installed where there is no internet. */
export function imagesCommand(services?: RenderServices): CliCommand<ImagesFlags> {
  return {
    define(command) {
      const own = [
        fileOption(),
        versionOption(),
        choice(
          '--kind <kind>',
          'without a file: what to list, with every ingress and source; default: both',
          ['serving', 'eventing'],
        ),
        choice('-o, --output <format>', 'what is printed', ['text', 'json']).default('text'),
        namespaceOption(),
      ];
      for (const option of [...own, ...manifestOptions(), ...operatorOptions(), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { showImages } = await import('./show-images.ts');
      return showImages(call, services);
    },
  };
}
