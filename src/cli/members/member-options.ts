import { Option } from 'commander';
import { parseGoDuration } from '../../api/index.ts';
import { choice } from '../command-line/choice.ts';
import { usageError } from '../failure/cli-error.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import { registrationProviders } from './registration-provider.ts';
import type { AddFlags, MemberHubFlags, MemberPlaceFlags } from './member-flags.ts';

/** Where the member is. */
export function memberPlaceOptions(): readonly Option[] {
  return [
    new Option('--member-kubeconfig <file>', 'kubeconfig of the member'),
    new Option('--member-context <name>', 'context of the member'),
  ];
}

export function providerOption(help: string): Option {
  return choice('--provider <name>', help, registrationProviders);
}

export function yesOption(): Option {
  return new Option('-y, --yes', 'ask nothing');
}

export function confirmOption(): Option {
  return new Option(
    '--confirm <name>',
    'the name again: ask nothing, and go on even if no other member can take its place',
  );
}

export function waitOption(help: string, value: string): Option {
  const option = new Option('--wait <duration>', help).default(parseGoDuration(value), value);
  return option.argParser((text: string) => {
    const milliseconds = parseGoDuration(text);
    if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
    throw usageError(`--wait must be a duration such as 60s or 5m, not '${text}'.`, { code: 'WW5003' });
  });
}

/** The flags about the hub as every other command has them. */
export function hubFlagsOf({
  kubeconfig,
  context,
  kedaKubeconfig,
  kedaContext,
  ...rest
}: MemberHubFlags): HubFlags {
  const file = kedaKubeconfig ?? kubeconfig;
  const name = kedaContext ?? context;
  return {
    ...rest,
    ...(file === undefined ? {} : { kubeconfig: file }),
    ...(name === undefined ? {} : { context: name }),
  };
}

/** The same about the member. */
export function placeFlagsOf({
  fromFile,
  memberKubeconfig,
  memberContext,
  requestTimeout: timeout,
}: MemberPlaceFlags & Pick<AddFlags, 'fromFile'> & Pick<HubFlags, 'requestTimeout'>): HubFlags {
  const file = fromFile ?? memberKubeconfig;
  return {
    ...(file === undefined ? {} : { kubeconfig: file }),
    ...(memberContext === undefined ? {} : { context: memberContext }),
    ...(timeout === undefined ? {} : { requestTimeout: timeout }),
  };
}

/** The reference's rule for names. Throws CliError. */
export function memberName(operand: string | readonly string[] | undefined): string {
  const name = operand?.toString() ?? '';
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) return name;
  throw usageError(
    `The name of a member must begin with a letter and consist of lower-case letters, digits and hyphens, as in 'eu-1', not '${name}'.`,
    { code: 'WW5003' },
  );
}
