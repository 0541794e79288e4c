import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { ask, type Asking, valueOf } from '../hub/answer.ts';
import { askHub, type HubServices, hubServices } from '../hub/ask-hub.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import type { Hub } from '../hub/open-hub.ts';
import { objectOperand } from '../simulate/object-operand.ts';
import { readHappenings } from '../status/happenings.ts';
import { shownCondition } from '../status/object-view.ts';
import { document } from '../terminal/document.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { type Explanation, explain } from './explanation.ts';
import type { PlannedObject } from './plan-again.ts';
import { readPlannedObject } from './read-planned-object.ts';
import { renderExplanation } from './render-explanation.ts';

export interface ExplainFlags extends HubFlags, OutputFlags {
  readonly output: 'table' | 'json' | 'yaml';
}

/** Tells why each member of an object has its number. Only the hub is asked. Throws CliError, KubeError. */
export async function showExplanation(
  call: Call<ExplainFlags>,
  services: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, operands, terminal } = call;
  const named = objectOperand(operands[0]?.toString() ?? '');
  const { explanation, warnings } = await askHub(call, services, async (hub, asking) =>
    read(hub, await readPlannedObject(hub, named, flags, asking), asking),
  );
  for (const warning of warnings) terminal.err.line(`! ${plainText(warning)}`);
  const { out, err } = terminal;
  if (flags.output === 'table') {
    const table = renderExplanation(explanation, { style: out.style, now: services.clock.now() });
    for (const line of table.lines) out.line(line);
    sayLeftOut(err, table);
  } else out.write(await document(flags.output, 'Explanation', explanation));
  return 'done';
}

async function read(
  { client }: Hub,
  { given, object }: PlannedObject,
  asking: Asking,
): Promise<{ readonly explanation: Explanation; readonly warnings: readonly string[] }> {
  const events = await ask(asking, (until) => readHappenings(client, object, until));
  const unread = events.state === 'failed' ? [`Events could not be read: ${events.error.message}`] : [];
  const explanation = explain({
    given,
    object,
    conditions: object.conditions.map(shownCondition),
    events: valueOf(events) ?? [],
    now: asking.clock.now(),
  });
  return { explanation, warnings: [...given.warnings, ...unread] };
}
