import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { hubOptions, selectorOption } from '../hub/hub-options.ts';
import { objectTypes } from '../status/select-object.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { GetFlags } from './show-rows.ts';

/** Objects of one type as rows, as kubectl would list them. */
export function getCommand(services?: HubServices): CliCommand<GetFlags> {
  return {
    operands: () => objectTypes,
    define(command) {
      command
        .argument('<type>', 'clusters, members, serving, eventing or dso; also TYPE/NAME')
        .argument('[names...]', 'NAME, or NAMESPACE/NAME; default: all');
      const options = [
        new Option(
          '-A, --all-namespaces',
          'objects of all namespaces, which is the default for clusters and members',
        ),
        selectorOption('those with these labels; members have none'),
        choice('-o, --output <format>', 'what is printed', ['table', 'wide', 'json', 'yaml', 'name']).default(
          'table',
        ),
      ];
      for (const option of [...options, ...hubOptions(), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { showRows } = await import('./show-rows.ts');
      return showRows(call, services);
    },
  };
}
