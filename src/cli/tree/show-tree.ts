import type { Call } from '../cli-command.ts';
import { anyOf } from '../command-line/choice.ts';
import type { ExitName } from '../exit-codes.ts';
import { readPlannedObject } from '../explain/read-planned-object.ts';
import { usageError } from '../failure/cli-error.ts';
import { ask, valueOf } from '../hub/answer.ts';
import { askHub, type HubServices, hubServices } from '../hub/ask-hub.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import type { ScaledObject } from '../hub/scaled-object.ts';
import { objectOperand } from '../simulate/object-operand.ts';
import { scaledObjectStatus } from '../status/scaled-object-status.ts';
import { document } from '../terminal/document.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import { plainText } from '../terminal/plain-text.ts';
import { objectTree } from './object-tree.ts';
import { renderTree } from './render-tree.ts';
import { readScalingChildren } from './scaling-children.ts';
import { onlyNotReady } from './tree-node.ts';

export interface TreeFlags extends HubFlags, OutputFlags {
  readonly output: 'table' | 'json' | 'yaml';
  readonly on?: string;
  readonly notReady?: boolean;
}

/** Prints what belongs to an object, by what the hub says; no member is asked. Throws CliError, KubeError. */
export async function showTree(
  call: Call<TreeFlags>,
  services: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, operands, terminal } = call;
  const named = objectOperand(operands[0]?.toString() ?? '');
  const { object, scaling } = await askHub(call, services, async (hub, asking) => {
    const planned = await readPlannedObject(hub, named, flags, asking);
    const read = (signal: AbortSignal) => readScalingChildren(hub.client, planned.object, signal);
    return { object: planned.object, scaling: await ask(asking, read) };
  });
  const { out, err } = terminal;
  const whole = objectTree(scaledObjectStatus(withMember(object, flags.on)), valueOf(scaling) ?? []);
  const root = flags.notReady === true ? onlyNotReady(whole) : whole;
  if (flags.output === 'table') for (const line of renderTree(root, out.style)) out.line(line);
  else out.write(await document(flags.output, 'Inventory', { root }));
  if (scaling.state !== 'failed') return 'done';
  err.line(`! What scales it could not be read: ${plainText(scaling.error.message)}`);
  return 'partial';
}

/** Throws CliError. */
function withMember(object: ScaledObject, on: string | undefined): ScaledObject {
  if (on === undefined) return object;
  const rows = object.rows.filter(({ member, id }) => member === on || id === on);
  if (rows.length > 0) return { ...object, rows };
  const names = object.rows.map(({ member }) => member);
  const there = names.length === 0 ? 'a member, and it has none' : anyOf(names);
  throw usageError(`--on must be ${there}, not '${on}'.`, { code: 'WW5003' });
}
