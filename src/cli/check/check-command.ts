import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { accessOptions } from '../hub/access-options.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { CheckServices } from './run-checks.ts';
import type { CheckFlags } from './check-flags.ts';

/**
 * Looks for what keeps hub and clusters from working. What it takes to look is only loaded when it is called, so that help
 * and completion are quick.
 */
export function checkCommand(services?: CheckServices): CliCommand<CheckFlags> {
  return {
    define(command) {
      for (const option of [...checkOptions(), ...hubOptions(), ...accessOptions(), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { runChecks } = await import('./run-checks.ts');
      return runChecks(call, services);
    },
  };
}

function checkOptions(): readonly Option[] {
  return [
    new Option(
      '--on <cluster>',
      'check one cluster only: NAME or NAMESPACE/NAME of its ClusterProfile, or the name of a member',
    ),
    new Option('--pre', 'what is to be so before the operator is installed').conflicts(['on', 'for']),
    new Option(
      '--for <object>',
      'what matters to one object: TYPE/NAME or TYPE/NAMESPACE/NAME, as in dso/checkout or serving/knative',
    ).conflicts('on'),
    new Option('--only <codes...>', 'these checks only: WW2007, or WW20xx for a group'),
    new Option('--skip <codes...>', 'all checks but these'),
    new Option('--list', 'list the checks, and check nothing'),
    choice('-o, --output <format>', 'what is printed', ['table', 'short', 'json', 'junit']).default('table'),
    choice('--fail-on <level>', 'exit with 1 for findings of this level or worse', [
      'warning',
      'error',
    ]).default('error'),
    new Option(
      '--provider-file <file>',
      'access provider file of the operator; without it clusters cannot be reached',
    ),
  ];
}
