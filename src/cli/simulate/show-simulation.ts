import { reasons } from '../../api/index.ts';
import { type Moment, simulate } from '../../scaling/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import { readDocuments } from '../render/read-documents.ts';
import { document } from '../terminal/document.ts';
import { plainText } from '../terminal/plain-text.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { type GivenObject, givenObject } from './given-object.ts';
import { scheduleOf } from './schedule.ts';
import type { SimulateFlags } from './simulate-flags.ts';
import { type Change, sayTime, timeline } from './timeline.ts';

/** How it runs before anything happens is shown as well. */
const leadMs = 1_000;
/** More is not read by anybody, and takes long. */
const mostMoments = 100_000;

/** Plays what happens, and prints who has how many replicas, when, and why. Throws CliError. */
export async function showSimulation(call: Call<SimulateFlags>): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const sources = flags.filename.map((path) => (path === '-' ? 'standard input' : `'${path}'`)).join(', ');
  const documents = await readDocuments(flags, host, host.interruption());
  const given = givenObject(documents, flags.namespace, sources);
  for (const warning of given.warnings) terminal.err.line(`! ${plainText(warning)}`);
  const moments = play(given, flags, host.interruption());
  await print(call, given, moments);
  const last = moments.at(-1)?.plan.findings ?? [];
  for (const { reason, message } of last)
    terminal.err.line(`! ${plainText(message)} ${reasons[reason].code}`);
  terminal.err.line(summary(moments));
  return last.some(({ reason }) => reason === 'CapacityLimited' || reasons[reason].level === 'error')
    ? 'negative'
    : 'done';
}

function play(given: GivenObject, flags: SimulateFlags, signal: AbortSignal): readonly Moment[] {
  const { spec, members, events } = scheduleOf(given.spec, flags);
  const moments: Moment[] = [];
  const schedule = {
    spec,
    members,
    events: events.map((event) => ({ ...event, at: event.at + leadMs })),
    until: flags.for + leadMs,
    startMs: () => flags.start,
  };
  for (const moment of simulate(schedule)) {
    signal.throwIfAborted();
    moments.push(moment);
    if (moments.length > mostMoments)
      throw usageError(`More happens within --for than can be shown.`, { fix: 'give less time' });
  }
  return moments;
}

function timeOf(at: number): number | undefined {
  return at < leadMs ? undefined : at - leadMs;
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
  moments: readonly Moment[],
): Promise<void> {
  if (flags.output === 'json') {
    terminal.out.write(await document('json', 'Simulation', { object: key, ...forPrograms(moments) }));
    return;
  }
  const table = renderTable(timeline(moments, timeOf), columns, { style: terminal.out.style, wide: false });
  for (const line of table.lines) terminal.out.line(line);
  sayLeftOut(terminal.err, table);
}

function forPrograms(moments: readonly Moment[]): object {
  return {
    lowestServing: lowest(moments).ready,
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

function lowest(moments: readonly Moment[]): { readonly at: number; readonly ready: number } {
  return moments.reduce((low, moment) => (moment.ready < low.ready ? moment : low), {
    at: 0,
    ready: Number.POSITIVE_INFINITY,
  });
}

/** `At the least 2 of 5 serve, at T+0s; all of them from T+1m10s. No change was made.` */
function summary(moments: readonly Moment[]): string {
  const { at, ready } = lowest(moments);
  const total = moments.at(-1)?.spec.total ?? 0;
  const missing = moments.findLastIndex((moment) => moment.ready < total);
  const served = moments[missing + 1];
  const again =
    missing < 0
      ? ''
      : served === undefined
        ? '; not all in the end'
        : `; all of them from ${sayTime(timeOf(served.at))}`;
  return `At the least ${ready} of ${total} serve, at ${sayTime(timeOf(at))}${again}. No change was made.`;
}
