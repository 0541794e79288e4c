import { type KubeClient, NotFoundError } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError } from '../failure/cli-error.ts';
import { type HubServices, hubServices } from '../hub/ask-hub.ts';
import { confirmByName } from './confirm.ts';
import { fieldManager } from './field-manager.ts';
import { findMember, type FoundMember } from './find-member.ts';
import { sayLast, servedByNobodyElse } from './last-member.ts';
import type { DrainFlags } from './member-flags.ts';
import { defaultNamespace } from './member-hub-options.ts';
import { hubFlagsOf } from './member-options.ts';
import { untilEmpty } from './until-empty.ts';

/** Has everything moved away from a member, and waits until nothing runs there. Throws CliError, KubeError. */
export async function drainMember(
  call: Call<DrainFlags>,
  { open, clock }: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const signal = host.interruption();
  const hub = await open(hubFlagsOf(flags), host, { clock });
  try {
    const found = await findMember(hub.client, meant(call), signal);
    const { member } = found;
    const { namespace } = meant(call);
    const alone = await servedByNobodyElse(hub.client, { member, namespace }, signal);
    if (alone.length > 0) await confirmByName(call, member.name, sayLast(member.name, alone));
    await annotate(hub.client, found, found.value, signal);
    const waitMs = flags.wait ?? 0;
    if (waitMs > 0) await untilEmpty(hub.client, { member, namespace, waitMs, clock, signal, terminal });
    terminal.out.line(`member/${found.member.name} ${waitMs > 0 ? 'drained' : 'draining'}`);
    return 'done';
  } finally {
    await hub.close();
  }
}

/** Lets a member have replicas again. Throws CliError, KubeError. */
export async function uncordonMember(
  call: Call<DrainFlags>,
  { open, clock }: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const signal = host.interruption();
  const hub = await open(hubFlagsOf(flags), host, { clock });
  try {
    const found = await findMember(hub.client, meant(call), signal);
    await annotate(hub.client, found, null, signal);
    terminal.out.line(`member/${found.member.name} uncordoned`);
    return 'done';
  } finally {
    await hub.close();
  }
}

/** Sets the annotation that drains, or takes it away. Throws CliError where the object has gone meanwhile, KubeError. */
export async function annotate(
  client: KubeClient,
  { resource, object, annotation, member }: Omit<FoundMember, 'value'>,
  value: string | null,
  signal: AbortSignal,
): Promise<void> {
  const body = { metadata: { annotations: { [annotation]: value } } };
  try {
    await client.patch(resource, object, 'merge', body, { fieldManager, signal, metadataOnly: true });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new CliError({
      problem: `Member '${member.name}' comes from ${resource.kind} ${object.namespace}/${object.name}, which is not there.`,
      fix: 'name the namespace of the operator with -n',
      code: 'WW5004',
      exit: 'negative',
    });
  }
}

function meant({ flags, operands }: Call<DrainFlags>): {
  readonly namespace: string;
  readonly reference: string;
} {
  return { namespace: flags.namespace ?? defaultNamespace, reference: operands[0]?.toString() ?? '' };
}
