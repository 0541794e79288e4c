import type { Call } from '../cli-command.ts';
import { suggestedCommand } from '../command-line/suggested-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import { type HubServices, hubServices, whileAsking } from '../hub/ask-hub.ts';
import { document } from '../terminal/document.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { readFleetFacts } from './fleet-facts.ts';
import type { StatusView } from './status-view.ts';
import { parseObjectName } from './select-object.ts';
import { showChanges } from './show-changes.ts';
import { type Snapshot, snapshotOf, type SnapshotOptions } from './snapshot.ts';
import type { StatusFlags } from './status-flags.ts';
import { watchFleet } from './watch-fleet.ts';

/** Shows the fleet, or one object, by what the hub says; no other cluster is asked. Throws CliError, KubeError. */
export async function showStatus(
  call: Call<StatusFlags>,
  { open, clock }: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, operands } = call;
  const object = operands[0] === undefined ? undefined : parseObjectName(operands[0].toString());
  if (flags.watch === true && (flags.output === 'yaml' || flags.output === 'name'))
    throw usageError(`--watch goes with '--output=table', 'wide' or 'json', not '${flags.output}'.`);
  if (object !== undefined && flags.selector !== undefined)
    throw usageError('--selector must not go with the name of an object.', { code: 'WW5003' });
  const hub = await open(flags, host, { clock });
  try {
    const options = { object, flags, hub, clock };
    return await (flags.watch === true ? watch(call, options) : once(call, options));
  } finally {
    await hub.close();
  }
}

async function once(call: Call<StatusFlags>, options: SnapshotOptions): Promise<ExitName> {
  const { terminal, flags, host } = call;
  const { hub, clock } = options;
  const signal = host.interruption();
  const snapshot = await whileAsking(call, options, async () =>
    snapshotOf(await readFleetFacts(hub, { clock, signal, selector: flags.selector }), options, signal),
  );
  await print(call, snapshot, clock.now());
  for (const { what, why } of snapshot.unseen)
    terminal.err.line(`! ${what} could not be read: ${plainText(why)}`);
  return exitOf(snapshot, flags.failOn);
}

async function print(call: Call<StatusFlags>, snapshot: Snapshot, now: number): Promise<void> {
  const { terminal, flags } = call;
  const { out, err } = terminal;
  if (flags.output === 'json' || flags.output === 'yaml')
    return out.write(await document(flags.output, snapshot.kind, snapshot.content));
  if (flags.output === 'name') {
    for (const name of snapshot.names) out.line(name);
    return undefined;
  }
  const table = snapshot.render(viewOf(call, now));
  for (const line of table.lines) out.line(line);
  sayLeftOut(err, table);
}

async function watch(call: Call<StatusFlags>, options: SnapshotOptions): Promise<never> {
  const { terminal, flags, host } = call;
  const { hub, clock } = options;
  const signal = host.interruption();
  const show = showChanges({
    terminal,
    json: flags.output === 'json',
    view: (now) => viewOf(call, now),
    clock,
  });
  return watchFleet(hub, {
    clock,
    signal,
    selector: flags.selector,
    show: async ({ facts, stale }) => show(await snapshotOf(facts, options, signal), stale),
  });
}

function viewOf({ terminal, flags, host }: Call<StatusFlags>, now: number): StatusView {
  return {
    style: terminal.out.style,
    wide: flags.output === 'wide',
    now,
    command: (line) => suggestedCommand(host.program, line, flags),
  };
}

function exitOf({ problems, unseen }: Snapshot, failOn: StatusFlags['failOn']): ExitName {
  if (problems.some(({ level }) => level === 'error' || level === failOn)) return 'negative';
  return unseen.length > 0 ? 'partial' : 'done';
}
