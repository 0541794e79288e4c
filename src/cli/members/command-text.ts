import type { Call } from '../cli-command.ts';
import { shellWord } from '../command-line/suggested-command.ts';
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
    ...given('--kubeconfig', flags.kubeconfig),
    ...given('--context', flags.context),
    ...given('--keda-kubeconfig', flags.kedaKubeconfig),
    ...given('--keda-context', flags.kedaContext),
    ...given('--member-kubeconfig', flags.memberKubeconfig),
    ...given('--member-context', flags.memberContext),
    ...given('-n', flags.namespace === defaultNamespace ? undefined : flags.namespace),
  ].join(' ');
}

function given(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, shellWord(value)];
}
