import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { readPlannedObject } from '../explain/read-planned-object.ts';
import { askHub, type HubServices, hubServices } from '../hub/ask-hub.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import { objectOperand } from '../simulate/object-operand.ts';
import { document } from '../terminal/document.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { nextWrites } from './next-writes.ts';
import { renderPlan } from './render-plan.ts';

export interface PlanFlags extends HubFlags, OutputFlags {
  readonly output: 'table' | 'json' | 'yaml';
}

/** Prints what the operator would write now, by what the hub says; nothing is written. Throws CliError, KubeError. */
export async function showPlan(
  call: Call<PlanFlags>,
  services: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, operands, terminal } = call;
  const named = objectOperand(operands[0]?.toString() ?? '');
  const planned = await askHub(call, services, (hub, asking) => readPlannedObject(hub, named, flags, asking));
  const { out, err } = terminal;
  for (const warning of planned.given.warnings) err.line(`! ${plainText(warning)}`);
  if (planned.given.begin?.state?.hasAssigned !== true)
    err.line('! The operator has made no plan of it yet: before its first one it takes over what runs.');
  const now = services.clock.now();
  const writes = nextWrites(planned, now);
  if (flags.output === 'table') {
    const table = renderPlan(writes, { style: out.style, now });
    for (const line of table.lines) out.line(line);
    sayLeftOut(err, table);
  } else out.write(await document(flags.output, 'Plan', writes));
  return 'done';
}
