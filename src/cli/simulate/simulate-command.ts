import { Option } from 'commander';
import { parseGoDuration } from '../../api/index.ts';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import { usageError } from '../failure/cli-error.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { SimulateFlags } from './simulate-flags.ts';

/** What would become of the replicas of an object, in a file or as it is on the hub; nothing is changed. */
export function simulateCommand(services?: HubServices): CliCommand<SimulateFlags> {
  return {
    operands: () => ['dso/'],
    define(command) {
      command.argument('[object]', 'dso/NAME: an object on the hub, from how its members are now');
      const options = [
        repeatable('-f, --filename <file>', 'file with one DistributedScaledObject, or - for standard input'),
        new Option(
          '--members <list>',
          'the members that are registered, with weights in place of those of the object: eu-1=3,us-2=2; default: those of the object',
        ),
        repeatable('--weight <member=weight>', 'a weight in place of that of the object: eu-1=3'),
        new Option('--total <replicas>', 'how many replicas; default: spec.totalTargetReplicas').argParser(
          wholeNumber,
        ),
        repeatable('--down <member[@time]>', 'a member is lost, its replicas with it: eu-1, or eu-1@30s'),
        repeatable('--up <member@time>', 'it is back, and its replicas start again'),
        repeatable('--drain <member[@time]>', 'a member shall have none'),
        duration('--for <duration>', 'how long', '10m'),
        duration('--start <duration>', 'how long a replica takes to become ready', '5s'),
        choice('-o, --output <format>', 'what is printed', ['table', 'json']).default('table'),
      ];
      for (const option of [...options, ...hubOptions(), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { showSimulation } = await import('./show-simulation.ts');
      return showSimulation(call, services);
    },
  };
}

function repeatable(flags: string, help: string): Option {
  const option = new Option(flags, `${help}; may be repeated`);
  return option.argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

function duration(flags: string, help: string, value: string): Option {
  const option = new Option(flags, help).default(parseGoDuration(value), value);
  return option.argParser((text: string) => {
    const milliseconds = parseGoDuration(text);
    if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
    throw usageError(`${option.long} must be a duration such as 10m or 90s, not '${text}'.`, {
      code: 'WW5003',
    });
  });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number < 2 ** 31) return number;
  throw usageError(`--total must be a whole number up to ${2 ** 31 - 1}, not '${text}'.`, { code: 'WW5003' });
}
