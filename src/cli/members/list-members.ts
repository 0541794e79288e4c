import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { type HubServices, hubServices } from '../hub/ask-hub.ts';
import { type FleetMember, readFleet } from '../hub/fleet-members.ts';
import { document } from '../terminal/document.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { commandText } from './command-text.ts';
import type { ListFlags, Spelling } from './member-flags.ts';
import { defaultNamespace } from './member-hub-options.ts';
import { hubFlagsOf } from './member-options.ts';

/** Columns and words of the reference: scripts read them. */
const columns: readonly Column<FleetMember>[] = [
  { title: 'CLUSTER', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state ?? 'Unknown' },
  { title: 'PROVIDER', value: ({ provider }) => provider ?? 'unknown', wide: true },
  { title: 'INFO', value: ({ info }) => info ?? 'no status yet', wide: true },
];

/** Prints the members as the operator tells them. Where there is none, the reference exits with 1. Throws KubeError. */
export async function listMembers(
  call: Call<ListFlags>,
  spelling: Spelling,
  { open, clock }: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const namespace = flags.namespace ?? defaultNamespace;
  const hub = await open(hubFlagsOf(flags), host, { clock });
  try {
    const { members, unread } = await readFleet(hub.client, namespace, host.interruption());
    await print(call, members);
    for (const { provider, why } of unread)
      terminal.err.line(
        `! the operator does not know the members by ${plainText(provider)}: ${plainText(why)}`,
      );
    if (members.length > 0) return 'done';
    const next = commandText(call, spelling, 'add', ['NAME', '--member-kubeconfig', 'FILE']);
    if (unread.length === 0)
      terminal.err.line(`No member is registered in namespace ${namespace}. To add one: ${next}`);
    return spelling === 'compat' && flags.allowEmpty !== true ? 'negative' : 'done';
  } finally {
    await hub.close();
  }
}

async function print({ flags, terminal }: Call<ListFlags>, members: readonly FleetMember[]): Promise<void> {
  const { out, err } = terminal;
  if (flags.output === 'json' || flags.output === 'yaml') {
    const content = members.map(({ name, id, state, provider, info }) => ({
      name,
      id: id ?? null,
      state: state ?? 'Unknown',
      provider: provider ?? null,
      info: info ?? null,
    }));
    return out.write(await document(flags.output, 'MemberList', { members: content }));
  }
  if (flags.output === 'name') {
    for (const { name } of members) out.line(`member/${name}`);
    return undefined;
  }
  if (members.length === 0) return undefined;
  const table = renderTable(members, columns, { style: out.style, wide: flags.output === 'wide' });
  for (const line of table.lines) out.line(line);
  return sayLeftOut(err, table);
}
