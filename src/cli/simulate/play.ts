import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Moment, simulate } from '../../scaling/index.ts';
import { usageError } from '../failure/cli-error.ts';
import type { GivenObject } from './given-object.ts';
import { type ScheduleFlags, scheduleOf } from './schedule.ts';
import type { SimulateFlags } from './simulate-flags.ts';

export interface Played {
  readonly moments: readonly Moment[];
  readonly timeOf: TimeOf;
}

/** Since the first event could be; undefined before. */
type TimeOf = (at: number) => number | undefined;

/** How it runs before anything happens is shown as well. */
const leadMs = 1_000;
/** More is not read by anybody, and takes long. */
const mostMoments = 100_000;
const momentsInATurn = 100;

/** What becomes of the replicas. Throws CliError, and the reason of the signal. */
export async function play(
  given: GivenObject,
  flags: ScheduleFlags & Pick<SimulateFlags, 'for' | 'start'>,
  signal: AbortSignal,
): Promise<Played> {
  const { spec, members, events } = scheduleOf(given, flags);
  const moments: Moment[] = [];
  const { begin } = given;
  const from = (begin?.at ?? 0) + leadMs;
  const schedule = {
    spec,
    members,
    events: events.map((event) => ({ ...event, at: event.at + from })),
    until: flags.for + from,
    startMs: () => flags.start,
    ...(begin === undefined ? {} : { begin }),
  };
  for (const moment of simulate(schedule)) {
    moments.push(moment);
    // An interruption is only heard between two turns of the event loop.
    if (moments.length % momentsInATurn === 0) await nextTurn();
    signal.throwIfAborted();
    if (moments.length > mostMoments)
      throw usageError(`More happens within --for than can be shown.`, { fix: 'give less time' });
  }
  return { moments, timeOf: (at) => (at < from ? undefined : at - from) };
}
