import { mostBuckets } from './bucket-of.ts';
import { freeFrom, type LeaseObservation } from './lease-observation.ts';

/**
 * Replicas that count their buckets differently cut the same keys differently, so that those of one number must not work
 * while those of another do. They tell each other by their Leases, whose names hold the number: rivals are the Leases of
 * every other one. Nobody acquires while a rival is held, and whoever has acquired looks once more before working.
 *
 * Why two numbers never work at once: each writes its Lease before it looks, and a look sees everything that was written
 * before. So of two that acquire at once, the one that writes later sees the other. A rival is held until it is released:
 * by its holder, or by whoever has seen no new beat of it for its whole duration, by its own clock, with a write that fails
 * where the holder has renewed it after all, and that makes a later renewal fail.
 *
 * Why somebody works in the end: of two that see each other the one with the smaller number stays for a while, and the
 * other gives way at once; who works already does not look, so that whoever stays in vain gives way as well.
 */
export type NextStep = 'lead' | 'look again' | 'give way';

/** How often who has acquired looks at a rival that should give way. */
const mostLooks = 4;

/** What whoever has acquired a Lease does after its `looks`-th look, which showed Leases of the numbers `held` as held. */
export function nextStep({
  total,
  held,
  looks,
}: {
  readonly total: number;
  readonly held: readonly number[];
  readonly looks: number;
}): NextStep {
  if (held.length === 0) return 'lead';
  return looks < mostLooks && held.every((other) => other > total) ? 'look again' : 'give way';
}

/** The names of all rivals, and the number of buckets of each. None where names do not hold the number. */
export function rivalNames(
  leaseName: (bucket: number, total: number) => string,
  total: number,
): ReadonlyMap<string, number> {
  const named = (total: number): readonly [string, number][] =>
    Array.from({ length: total }, (_, bucket) => [leaseName(bucket, total), total]);
  const own = new Map(named(total));
  const all = Array.from({ length: mostBuckets }, (_, index) => named(index + 1)).flat();
  return new Map(all.filter(([name]) => !own.has(name)));
}

/** Whether somebody may work under a rival at `now`, in the monotonic milliseconds of whoever observed it. */
export function isHeld(observation: LeaseObservation, now: number): boolean {
  const { lease, record } = observation;
  return lease === undefined ? freeFrom(observation) > now : record.holder !== '';
}

/** Whether its holder has gone without a release, so that anybody may release it. */
export function isAbandoned(observation: LeaseObservation, now: number): boolean {
  return isHeld(observation, now) && freeFrom(observation) <= now;
}
