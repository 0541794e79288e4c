import { Option } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { choice } from '../command-line/choice.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { AddFlags, Spelling } from './member-flags.ts';
import { memberHubOptions } from './member-hub-options.ts';
import { memberPlaceOptions, providerOption, waitOption, yesOption } from './member-options.ts';

/** Makes a cluster a member, by our name or by that of the reference. */
export function addCommand(spelling: Spelling, services?: HubServices): CliCommand<AddFlags> {
  return {
    define(command) {
      command.argument('<name>', 'what the member shall be called');
      const usual =
        spelling === 'own'
          ? 'default: kubeconfig'
          : 'default: file where the bundled Secret is there, as the reference does, else kubeconfig';
      const options = [
        ...memberPlaceOptions(),
        new Option(
          '--member-api-url <url>',
          'the address that the hub is to use; default: that of the kubeconfig',
        ),
        new Option('--ca-file <file>', 'the authority that signed the certificate at that address'),
        new Option(
          '--tls-server-name <name>',
          'the name in that certificate, where it is not that of the address',
        ),
        providerOption(`a Secret of its own, or a key of the Secret that is mounted as files; ${usual}`),
        waitOption('how long the hub may take to reach it; 0s: do not wait', '60s'),
        ...(spelling === 'own' ? ownOptions() : []),
        choice(
          '--dry-run <where>',
          spelling === 'own'
            ? 'change nothing; client: print the manifests, and the hub is not asked; server: have member and hub try them'
            : 'print the manifests and change nothing; without --provider the hub is asked which Secret it has',
          spelling === 'own' ? ['client', 'server'] : ['client'],
        ),
        new Option(
          '--show-secrets',
          `with ${spelling === 'own' ? '--as-yaml or ' : ''}--dry-run=client: read the token from the member, and print it`,
        ),
        yesOption(),
      ];
      for (const option of [...options, ...memberHubOptions(spelling), ...outputOptions()])
        command.addOption(option);
    },
    async run(call) {
      const { addMember } = await import('./add-member.ts');
      return addMember(call, spelling, services);
    },
  };
}

function ownOptions(): readonly Option[] {
  return [
    new Option(
      '--from-file <file>',
      'a kubeconfig that the hub is to use as it is, by its current context; nothing is set up on the member',
    ),
    new Option(
      '--minimal-rbac',
      'grant the hub the least: to read Deployments and pods, and to scale; no Jobs',
    ),
    choice(
      '--as-yaml [part]',
      'print the manifests for a repository, or the role only, as --dry-run=client',
      ['rbac'],
    ),
  ];
}
