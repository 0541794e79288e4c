import { Option } from 'commander';
import { accountOptions, requestTimeout } from '../hub/hub-options.ts';
import type { Spelling } from './member-flags.ts';

/** Where the operator looks for members unless it is told otherwise, and what everything about them lies in on a member. */
export const defaultNamespace = 'keda';

/** Where the hub is. The reference calls the hub after KEDA. */
export function memberHubOptions(spelling: Spelling): readonly Option[] {
  const places =
    spelling === 'own'
      ? accountOptions()
      : [
          new Option('--keda-kubeconfig <file>', 'kubeconfig of the hub (env KUBECONFIG)'),
          new Option('--keda-context <name>', 'context of the hub'),
        ];
  const options = [
    ...places,
    new Option('-n, --namespace <name>', 'namespace of the operator, on the hub and on members').default(
      defaultNamespace,
    ),
    new Option(
      '--request-timeout <time>',
      'longest wait for one answer, such as 5s or 1m (default: 10s)',
    ).argParser(requestTimeout),
  ];
  return options.map((option) => option.helpGroup('Hub:'));
}
