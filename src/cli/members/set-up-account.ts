import { CliError } from '../failure/cli-error.ts';
import type { Rule } from '../check/facts/rule.ts';
import { applyMemberObjects } from './apply-member-objects.ts';
import type { HubMark } from './hub-mark.ts';
import { memberAccess, type WantedAccess } from './member-access.ts';
import { memberKubeconfig } from './member-kubeconfig.ts';
import { serviceAccountToken } from './service-account-token.ts';
import type { Steps } from './steps.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import type { Hub } from '../hub/open-hub.ts';

export interface AccountOptions extends Pick<HubServices, 'clock'> {
  readonly name: string;
  readonly namespace: string;
  readonly member: Hub;
  readonly wanted: WantedAccess;
  /** Of its role. */
  readonly rules: readonly Rule[];
  readonly mark: HubMark | undefined;
  readonly signal: AbortSignal;
}

/** Makes the account on the member by which the hub shall work, in three steps; the kubeconfig of it. Throws CliError, KubeError. */
export async function setUpAccount(steps: Steps, options: AccountOptions): Promise<string> {
  const { name, namespace, member, wanted, rules, mark, clock, signal } = options;
  await steps.run('account, role, binding there', async (tell) => {
    tell(`namespace ${namespace} of the member`);
    const applied = await applyMemberObjects(member.client, { namespace, rules, hub: mark }, signal);
    const changed = applied.filter((one) => one !== 'unchanged').length;
    return {
      value: undefined,
      detail: changed === 0 ? 'unchanged' : `${changed} of ${applied.length} objects created or changed`,
    };
  });
  const token = await steps.run('token', async (tell) => {
    const value = await serviceAccountToken(member.client, namespace, { clock, signal, tell });
    return { value, detail: 'of the ServiceAccount, does not end' };
  });
  return steps.run('kubeconfig', async () => {
    const access = memberAccess(wanted, member.endpoint, token);
    if (wanted.server !== undefined && access.certificateAuthorityData === undefined)
      throw new CliError({
        problem: 'The member does not say which authority signs its certificates.',
        fix: 'give it with --ca-file',
        code: 'WW5010',
        exit: 'negative',
      });
    return { value: await memberKubeconfig(name, access), detail: `for ${access.server}` };
  });
}
