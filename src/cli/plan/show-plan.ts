import { type Clock, systemClock } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import type { PlannedObject } from '../explain/plan-again.ts';
import { readPlannedObject } from '../explain/read-planned-object.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import { openHub, type OpenHub } from '../hub/open-hub.ts';
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

export interface PlanServices {
  readonly open: OpenHub;
  readonly clock: Clock;
}

/** Prints what the operator would write now, by what the hub says; nothing is written. Throws CliError, KubeError. */
export async function showPlan(
  call: Call<PlanFlags>,
  { open, clock }: PlanServices = { open: openHub, clock: systemClock },
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
  let planned: PlannedObject;
  try {
    planned = await readPlannedObject(hub, named, flags, { clock, signal: host.interruption() });
  } finally {
    await progress.end();
    await hub.close();
  }
  const { out, err } = terminal;
  for (const warning of planned.given.warnings) err.line(`! ${plainText(warning)}`);
  if (planned.given.begin?.state?.hasAssigned !== true)
    err.line('! The operator has made no plan of it yet: before its first one it takes over what runs.');
  const now = clock.now();
  const writes = nextWrites(planned, now);
  if (flags.output === 'table') {
    const table = renderPlan(writes, { style: out.style, now });
    for (const line of table.lines) out.line(line);
    sayLeftOut(err, table);
  } else out.write(await document(flags.output, 'Plan', writes));
  return 'done';
}
