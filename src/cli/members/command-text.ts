import type { Call } from '../cli-command.ts';
import { accountWords, flagWords } from '../command-line/suggested-command.ts';
import { defaultNamespace } from './member-hub-options.ts';
import type { MemberHubFlags, MemberPlaceFlags, Spelling } from './member-flags.ts';

const words = {
  add: { own: 'members add', compat: 'setup-member' },
  list: { own: 'members list', compat: 'list-members' },
  remove: { own: 'members remove', compat: 'delete-member' },
} as const;

/**
 * A command about members to copy, in the words of whoever called, with the flags about hub and member that the call was
 * given.
 */
export function commandText(
  { host: { program }, flags }: Pick<Call<MemberHubFlags & MemberPlaceFlags>, 'host' | 'flags'>,
  spelling: Spelling,
  command: keyof typeof words,
  args: readonly string[] = [],
): string {
  const own = spelling === 'own';
  const group = own || program === 'kubectl mc' ? [] : ['mc'];
  return [
    program,
    ...group,
    words[command][spelling],
    ...args,
    ...accountWords(flags),
    ...flagWords('--keda-kubeconfig', flags.kedaKubeconfig),
    ...flagWords('--keda-context', flags.kedaContext),
    ...flagWords('--member-kubeconfig', flags.memberKubeconfig),
    ...flagWords('--member-context', flags.memberContext),
    ...flagWords('-n', flags.namespace === defaultNamespace ? undefined : flags.namespace),
  ].join(' ');
}
