import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import type { Hub } from '../hub/open-hub.ts';
import { accountUsers } from './account-users.ts';
import { type HubMark, hubMark, marksOfOthers } from './hub-mark.ts';
import { agentName } from './member-objects.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { readToken } from './service-account-token.ts';

/** What is to be cleaned up. */
export interface InspectedAccount {
  readonly server: string;
  /** What is removed from the hub leads elsewhere, or there by another account. */
  readonly isOther: boolean;
  /** The mark of this hub; undefined where the user may not know which hub it is. */
  readonly own: HubMark | undefined;
  /** Other hubs that work by it, so that it stays. */
  readonly otherHubs: readonly HubMark[];
}

/**
 * Looks at the account on a member before it is taken away. Throws CliError where another registration of the hub works by
 * it, KubeError.
 */
export async function inspectAccount(
  hub: KubeClient,
  { client, server }: Hub,
  {
    name,
    namespace,
    provider,
  }: {
    readonly name: string;
    readonly namespace: string;
    readonly provider: RegistrationProvider | undefined;
  },
  signal: AbortSignal,
): Promise<InspectedAccount> {
  const [found, own, account] = await Promise.all([
    readToken(client, namespace, signal),
    hubMark(hub, name, signal),
    readAccount(client, namespace, signal),
  ]);
  const hubs = { own, otherHubs: account === undefined ? [] : marksOfOthers(account, own) };
  if (found === undefined) return { server, isOther: provider !== undefined, ...hubs };
  const users = await accountUsers(hub, { namespace, name, token: found.token }, signal);
  const others = users.filter((user) => user.name !== name || user.provider !== provider);
  if (others.length === 0) return { server, isOther: provider !== undefined && users.length === 0, ...hubs };
  const names = others.map((user) => `${user.name} (${user.provider})`).join(' and ');
  throw new CliError({
    problem: `The hub reaches ${names} by account ${namespace}/${agentName} on the member at ${server}: it is needed.`,
    fix: 'repeat without --cleanup-member, or remove the others first',
    state: 'nothing was changed',
    code: 'WW5011',
    exit: 'refused',
  });
}

async function readAccount(
  member: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await member.get(resources.serviceAccounts, { namespace, name: agentName }, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
