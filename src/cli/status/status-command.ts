import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { hubOptions, selectorOption } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import { objectTypes } from './select-object.ts';
import type { StatusFlags } from './status-flags.ts';

/** How the fleet is. What it takes to look is only loaded when it is called, so that help and completion are quick. */
export function statusCommand(services?: HubServices): CliCommand<StatusFlags> {
  return {
    operands: () => objectTypes.map((type) => `${type}/`),
    define(command) {
      command.argument(
        '[object]',
        'TYPE/NAME of a cluster, serving, eventing, member or dso; default: the whole fleet',
      );
      for (const option of [...statusOptions(), ...hubOptions(), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { showStatus } = await import('./show-status.ts');
      return showStatus(call, services);
    },
  };
}

function statusOptions(): readonly Option[] {
  return [
    new Option('-w, --watch', 'go on with every change, until Ctrl-C'),
    new Option('-A, --all-namespaces', 'objects of all namespaces, which is the default for the fleet'),
    selectorOption('objects with these labels, and the clusters and members that they are on'),
    choice('-o, --output <format>', 'what is printed', ['table', 'wide', 'json', 'yaml', 'name']).default(
      'table',
    ),
    choice('--fail-on <level>', 'exit with 1 for problems of this level or worse', [
      'warning',
      'error',
    ]).default('error'),
  ];
}
