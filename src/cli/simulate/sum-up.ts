import type { Moment } from '../../scaling/index.ts';
import type { Played } from './play.ts';
import { sayTime } from './timeline.ts';

/** When the fewest replicas serve, and how many. */
export function lowestServing(moments: readonly Moment[]): { readonly at: number; readonly ready: number } {
  return moments.reduce((low, moment) => (moment.ready < low.ready ? moment : low), {
    at: 0,
    ready: Number.POSITIVE_INFINITY,
  });
}

/** `At the least 2 of 5 serve, at T+0s; all of them from T+1m10s. No change was made.` */
export function sumUp({ moments, timeOf }: Played): string {
  const { at, ready } = lowestServing(moments);
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
