import { type Clock, systemClock } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import { anyOf } from '../command-line/choice.ts';
import type { ExitName } from '../exit-codes.ts';
import { readPlannedObject } from '../explain/read-planned-object.ts';
import { usageError } from '../failure/cli-error.ts';
import { type Answer, ask, valueOf } from '../hub/answer.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import { openHub, type OpenHub } from '../hub/open-hub.ts';
import type { ScaledObject } from '../hub/scaled-object.ts';
import { objectOperand } from '../simulate/object-operand.ts';
import { scaledObjectStatus } from '../status/scaled-object-status.ts';
import { document } from '../terminal/document.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import { plainText } from '../terminal/plain-text.ts';
import { objectTree } from './object-tree.ts';
import { renderTree } from './render-tree.ts';
import { readScalingChildren } from './scaling-children.ts';
import { onlyNotReady, type TreeNode } from './tree-node.ts';

export interface TreeFlags extends HubFlags, OutputFlags {
  readonly output: 'table' | 'json' | 'yaml';
  readonly on?: string;
  readonly notReady?: boolean;
}

export interface TreeServices {
  readonly open: OpenHub;
  readonly clock: Clock;
}

/** Prints what belongs to an object, by what the hub says; no member is asked. Throws CliError, KubeError. */
export async function showTree(
  call: Call<TreeFlags>,
  { open, clock }: TreeServices = { open: openHub, clock: systemClock },
): Promise<ExitName> {
  const { flags, host, operands, terminal } = call;
  const named = objectOperand(operands[0]?.toString() ?? '');
  const hub = await open(flags, host, { clock });
  const progress = terminal.startProgress(clock, {
    task: 'Asking the hub',
    done: 0,
    total: 1,
    waitingFor: [hub.context],
  });
  let object: ScaledObject;
  let scaling: Answer<readonly TreeNode[]>;
  try {
    const asking = { clock, signal: host.interruption() };
    ({ object } = await readPlannedObject(hub, named, flags, asking));
    scaling = await ask(asking, (signal) => readScalingChildren(hub.client, object, signal));
  } finally {
    await progress.end();
    await hub.close();
  }
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
