import { reasons } from '../../api/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import { askHub, type HubServices, hubServices } from '../hub/ask-hub.ts';
import { readDocuments } from '../render/read-documents.ts';
import { document } from '../terminal/document.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import type { GivenObject } from './given-object.ts';
import { objectInFile } from './object-in-file.ts';
import { objectOnHub } from './object-on-hub.ts';
import { objectOperand } from './object-operand.ts';
import { type Played, play } from './play.ts';
import type { SimulateFlags } from './simulate-flags.ts';
import { lowestServing, sumUp } from './sum-up.ts';
import { type Change, sayTime, timeline } from './timeline.ts';

/** Plays what happens, and prints who has how many replicas, when, and why. Throws CliError, KubeError. */
export async function showSimulation(
  call: Call<SimulateFlags>,
  services: HubServices = hubServices,
): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const given = await givenObject(call, services);
  for (const warning of given.warnings) terminal.err.line(`! ${plainText(warning)}`);
  const played = await play(given, flags, host.interruption());
  await print(call, given, played);
  const last = played.moments.at(-1)?.plan.findings ?? [];
  for (const { reason, message } of last)
    terminal.err.line(`! ${plainText(message)} ${reasons[reason].code}`);
  terminal.err.line(sumUp(played));
  return last.some(({ reason }) => reason === 'CapacityLimited' || reasons[reason].level === 'error')
    ? 'negative'
    : 'done';
}

/** From a file, or from the hub. */
async function givenObject(call: Call<SimulateFlags>, services: HubServices): Promise<GivenObject> {
  const { operands, flags, host } = call;
  const [operand] = operands;
  const { filename } = flags;
  if ((operand === undefined) === (filename === undefined))
    throw usageError('Name one object: in a file with -f, or on the hub.', { fix: 'such as dso/checkout' });
  if (operand === undefined) {
    const sources = filename?.map((path) => (path === '-' ? 'standard input' : `'${path}'`)).join(', ');
    const documents = await readDocuments(flags, host, host.interruption());
    return objectInFile(documents, flags.namespace, sources ?? '');
  }
  const { namespace, name } = objectOperand(operand.toString());
  return askHub(call, services, ({ client, namespace: usual = 'default' }, asking) => {
    const place = namespace ?? flags.namespace ?? usual;
    return objectOnHub({ namespace: place, name }, { client, ...asking });
  });
}

const columns: readonly Column<Change>[] = [
  { title: 'TIME', value: ({ at }) => sayTime(at) },
  { title: 'MEMBER', value: ({ reason }) => reason.name },
  {
    title: 'STATE',
    value: ({ reason: { isExcluded, state } }) => (isExcluded ? 'Excluded' : state),
    tone: ({ reason: { isExcluded, state } }) =>
      isExcluded ? 'red' : state === 'Ready' ? undefined : 'yellow',
    leaveOut: 1,
  },
  { title: 'WANT', value: ({ reason }) => String(reason.desired) },
  { title: 'HAVE', value: ({ have }) => (have === undefined ? '?' : String(have)), leaveOut: 2 },
  { title: 'SERVING', value: ({ allReady, total }) => `${allReady}/${total}` },
  { title: 'WHY', value: ({ why }) => why },
];

async function print(
  { flags, terminal }: Call<SimulateFlags>,
  { key }: GivenObject,
  played: Played,
): Promise<void> {
  if (flags.output === 'json') {
    terminal.out.write(await document('json', 'Simulation', { object: key, ...forPrograms(played) }));
    return;
  }
  const table = renderTable(timeline(played.moments, played.timeOf), columns, {
    style: terminal.out.style,
    wide: false,
  });
  for (const line of table.lines) terminal.out.line(line);
  sayLeftOut(terminal.err, table);
}

function forPrograms({ moments, timeOf }: Played): object {
  return {
    lowestServing: lowestServing(moments).ready,
    changes: timeline(moments, timeOf).map(({ at, reason, why, have, ready, allReady, total }) => ({
      afterSeconds: at === undefined ? null : at / 1_000,
      member: reason.name,
      namespace: reason.namespace,
      state: reason.state,
      excluded: reason.isExcluded,
      weight: reason.weight,
      share: reason.share,
      want: reason.desired,
      have: have ?? null,
      ready: ready ?? null,
      serving: allReady,
      total,
      why,
    })),
    findings: (moments.at(-1)?.plan.findings ?? []).map(({ reason, message }) => ({
      code: reasons[reason].code,
      reason,
      message,
    })),
  };
}
