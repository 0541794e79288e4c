import { type KubeClient, resources } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError, usageError } from '../failure/cli-error.ts';
import { type HubServices, hubServices } from '../hub/ask-hub.ts';
import type { Hub } from '../hub/open-hub.ts';
import { plainText } from '../terminal/plain-text.ts';
import { removeMemberObjects } from './apply-member-objects.ts';
import { unmark } from './hub-mark.ts';
import { commandText } from './command-text.ts';
import { confirm, confirmByName } from './confirm.ts';
import { drainBeforeRemoval } from './drain-before-removal.ts';
import { fieldManager } from './field-manager.ts';
import { findRegistered } from './find-member.ts';
import { forgetDrain } from './forget-drain.ts';
import {
  bundledKey,
  bundledSecretName,
  type HubRegistration,
  providersOf,
  readRegistration,
} from './hub-registration.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import { sayLast, servedByNobodyElse } from './last-member.ts';
import type { RemoveFlags, Spelling } from './member-flags.ts';
import { defaultNamespace } from './member-hub-options.ts';
import { hubFlagsOf, memberName, placeFlagsOf } from './member-options.ts';
import { agentName } from './member-objects.ts';
import { type InspectedAccount, inspectAccount } from './inspect-account.ts';
import { type Remainder, remainders } from './until-empty.ts';

/**
 * Takes a member away from the hub, and on request everything away from it before, and what was set up on it after.
 * Throws CliError, KubeError.
 */
export async function removeMember(
  call: Call<RemoveFlags>,
  spelling: Spelling,
  { open, clock }: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, operands, terminal } = call;
  const name = memberName(operands[0]);
  const namespace = flags.namespace ?? defaultNamespace;
  const cleansUp = flags.cleanupMember === true;
  if (cleansUp && flags.memberKubeconfig === undefined && flags.memberContext === undefined)
    throw usageError('--cleanup-member needs to know where the member is.', {
      fix: 'give --member-kubeconfig, --member-context, or both',
    });
  const signal = host.interruption();
  const hub = await open(hubFlagsOf(flags), host, { clock });
  const place = cleansUp ? await open(placeFlagsOf(flags), host, { clock }) : undefined;
  try {
    const registration = await readRegistration(hub.client, { namespace, name }, signal);
    const provider = providerOf(call, spelling, { name, namespace, registration });
    const told =
      provider === undefined
        ? undefined
        : await findRegistered(hub.client, { namespace, name, provider }, signal);
    const account = place && (await inspectAccount(hub.client, place, { name, namespace, provider }, signal));
    const meant = told ?? { name, id: provider === 'kubeconfig' ? name : undefined, provider };
    const left = provider === undefined ? [] : await remainders(hub.client, meant, signal);
    const alone =
      told === undefined ? [] : await servedByNobodyElse(hub.client, { member: told, namespace }, signal);
    if (alone.length > 0 && spelling === 'own') await confirmByName(call, name, sayLast(name, alone));
    if (flags.confirm !== name && (provider !== undefined || changes(account)))
      await confirm(call, spelling, questionOf({ name, namespace, provider, account, left, alone }));
    if (provider !== undefined) {
      const member = { name, namespace, provider, told };
      if (flags.drain === true) await drainBeforeRemoval(hub.client, call, member, { clock });
      await unregister(hub.client, { name, namespace, provider, registration }, signal);
      terminal.out.line(`member/${name} ${spelling === 'own' ? 'removed' : 'deleted'}`);
      if (provider === 'file')
        await forgetDrain(hub.client, { name, namespace, waitMs: flags.wait, clock, signal, terminal });
    }
    if (place !== undefined && account !== undefined) await cleanUp(call, { namespace, account }, place);
  } finally {
    await place?.close();
    await hub.close();
  }
  return 'done';
}

interface Removal {
  readonly name: string;
  readonly namespace: string;
  readonly provider: RegistrationProvider;
  readonly registration: HubRegistration;
}

/** Where to remove it from; undefined where it is registered nowhere and only the member is to be cleaned. Throws CliError. */
function providerOf(
  call: Call<RemoveFlags>,
  spelling: Spelling,
  { name, namespace, registration }: Omit<Removal, 'provider'>,
): RegistrationProvider | undefined {
  const { provider: asked, cleanupMember } = call.flags;
  const there = providersOf(registration);
  const [only, ...others] = there;
  if (asked !== undefined) {
    if (there.includes(asked)) return asked;
    throw notRegistered(
      `Member '${name}' is not registered by provider ${asked} in namespace ${namespace}.`,
      there,
    );
  }
  if (only === undefined) {
    if (cleanupMember === true) return undefined;
    const foreign =
      registration.own === 'foreign'
        ? ` Secret ${namespace}/${name} is there, but it is no member and stays as it is.`
        : '';
    throw notRegistered(`Member '${name}' is not registered in namespace ${namespace}.${foreign}`, there);
  }
  if (others.length === 0) return only;
  throw new CliError({
    problem: `Member '${name}' is registered in two ways: Secret ${namespace}/${name} (kubeconfig) has the name, and key ${bundledKey(name)} of Secret ${namespace}/${bundledSecretName} (file) is masked by it.`,
    fix: `say which one to remove: ${commandText(call, spelling, 'remove', [name, '--provider', 'file'])}, or --provider kubeconfig`,
    state: 'nothing was changed',
    code: 'WW5011',
    exit: 'negative',
  });
}

function notRegistered(problem: string, there: readonly RegistrationProvider[]): CliError {
  const fix =
    there.length === 0
      ? 'correct the name, or name the namespace of the operator with -n'
      : `it is by provider ${there.join(' and ')}`;
  return new CliError({ problem, fix, code: 'WW5004', exit: 'negative' });
}

function questionOf({
  name,
  namespace,
  provider,
  account,
  left,
  alone,
}: Pick<Removal, 'name' | 'namespace'> & {
  readonly provider: RegistrationProvider | undefined;
  readonly account: InspectedAccount | undefined;
  readonly left: readonly Remainder[];
  readonly alone: readonly string[];
}): string {
  const places = [
    ...(provider === 'kubeconfig' ? [`Secret ${namespace}/${name}`] : []),
    ...(provider === 'file' ? [`key ${bundledKey(name)} of Secret ${namespace}/${bundledSecretName}`] : []),
    ...(account === undefined || !changes(account)
      ? []
      : account.otherHubs.length > 0
        ? [`the mark of this hub on account ${namespace}/${agentName} of the member at ${account.server}`]
        : [`account ${namespace}/${agentName}, its role and binding on the member at ${account.server}`]),
  ];
  const replicas = left.reduce((sum, one) => sum + one.replicas, 0);
  const objects = left.length === 1 ? '1 object' : `${left.length} objects`;
  const notes = [
    ...(replicas === 0 ? [] : [`${replicas} replicas of ${objects} run there.`]),
    ...(alone.length === 0 ? [] : [sayLast(name, alone)]),
    ...(account?.isOther === true
      ? [`The hub does not reach ${name} by that account: see whether it is the cluster that is meant.`]
      : []),
    ...(account === undefined || changes(account)
      ? []
      : [`Account ${namespace}/${agentName} on the member at ${account.server} stays.`]),
  ];
  return [`This removes ${places.join(' and ')}.`, ...notes, 'Go on?'].join(' ');
}

/** Whether cleaning up does anything to the account: what other hubs have marked stays, and this one's mark may be unknown. */
function changes(account: InspectedAccount | undefined): boolean {
  return account !== undefined && (account.otherHubs.length === 0 || account.own !== undefined);
}

/** Removes what it saw, and nothing that has come in its place since. */
async function unregister(
  client: KubeClient,
  { name, namespace, provider, registration }: Removal,
  signal: AbortSignal,
): Promise<void> {
  if (provider === 'kubeconfig') {
    const uid = typeof registration.own === 'object' ? registration.own.uid : undefined;
    await client.delete(resources.secrets, { namespace, name }, { uid, signal });
    return;
  }
  const body = [{ op: 'remove', path: `/data/${pointer(bundledKey(name))}` }];
  const secret = { namespace, name: bundledSecretName };
  await client.patch(resources.secrets, secret, 'json', body, { fieldManager, signal, metadataOnly: true });
}

/** RFC 6901. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What other hubs work by stays, without the mark of this one: the last of them takes it away. */
async function cleanUp(
  { host, terminal }: Call<RemoveFlags>,
  { namespace, account }: Cleaning,
  { client, server }: Hub,
): Promise<void> {
  const [other] = account.otherHubs;
  if (other !== undefined) {
    if (account.own !== undefined) await unmark(client, namespace, account.own, host.interruption());
    const names = account.otherHubs.map((one) => `'${one.name}'`).join(', ');
    const [whose, gone] =
      account.own === undefined
        ? [
            `a hub works by it, which calls the member ${names}; nobody can tell whether it is this one without reading namespace kube-system here`,
            'it is this one, or is gone',
          ]
        : [`another hub works by it, which calls the member ${names}`, 'that hub is gone'];
    terminal.err.line(
      plainText(
        `! Account ${namespace}/${agentName} on the member at ${server} stays: ${whose}. If ${gone}: kubectl annotate serviceaccount -n ${namespace} ${agentName} ${other.key}-, and repeat.`,
      ),
    );
    return;
  }
  const { count, isShared } = await removeMemberObjects(client, namespace, host.interruption());
  const shared = isShared ? ', and so do the role and its binding, which have accounts of others' : '';
  terminal.err.line(
    `Removed ${count} objects from the member at ${plainText(server)}; namespace ${namespace} stays, it may hold other things${shared}.`,
  );
}

interface Cleaning extends Pick<Removal, 'namespace'> {
  readonly account: InspectedAccount;
}
