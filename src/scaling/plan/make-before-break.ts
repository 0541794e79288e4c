import { apportion } from '../apportion/apportion.ts';

/** One place that is written to. */
export interface Move {
  readonly place: string;
  /** What others relied on before. */
  readonly before: number;
  readonly target: number;
  /** Of `before`, what moved here and was not ready yet. */
  readonly pending: number;
  readonly ready: number;
  /** What runs here, because it was found or is to leave, serves in the place of what others were asked for. */
  readonly standsIn: boolean;
}

export interface Moved {
  readonly desired: number;
  readonly pending: number;
  /** Of `desired`, what stays only until it is ready elsewhere. */
  readonly kept: number;
}

/**
 * What each place shall have on the way to its target: who grows does so at once, who shrinks keeps as many as have
 * moved elsewhere and are not ready there yet, or as are `homeless`, in nobody's target for now. Only what moves counts:
 * where the total itself changes, nobody waits.
 */
export function makeBeforeBreak(moves: readonly Move[], homeless = 0): ReadonlyMap<string, Moved> {
  const growth = moves.map(({ before, target }) => Math.max(0, target - before));
  const excess = moves.map(({ before, target }) => Math.max(0, before - target));
  const moved = split(Math.min(sum(growth), sum(excess)), moves, growth);
  const lacking = moves.map(({ pending, target, ready }, index) =>
    Math.max(0, target - ready - pending - (moved[index] ?? 0)),
  );
  const found = sum(excess.filter((_, index) => moves[index]?.standsIn === true));
  // What waits for somebody who is not to have it any more waits for others that are, as far as they still start.
  const dropped = sum(
    moves.map(({ pending, target, ready }) => Math.max(0, pending - Math.max(0, target - ready))),
  );
  const replaced = split(Math.min(found + Math.max(0, dropped - sum(moved)), sum(lacking)), moves, lacking);
  const pending = moves.map(({ pending, target, ready }, index) =>
    Math.max(0, Math.min(pending + (moved[index] ?? 0) + (replaced[index] ?? 0), target - ready)),
  );
  const wanted = Math.min(sum(excess), sum(pending) + homeless);
  // What is ready first: it serves, while the rest may only be ready some day.
  const ready = moves.map(({ before, target, ready }) => Math.max(0, Math.min(before, ready) - target));
  const serving = split(Math.min(wanted, sum(ready)), moves, ready);
  const starting = split(
    wanted - sum(serving),
    moves,
    excess.map((limit, index) => limit - (serving[index] ?? 0)),
  );
  const kept = moves.map((_, index) => (serving[index] ?? 0) + (starting[index] ?? 0));
  return new Map(
    moves.map(({ place, target }, index) => [
      place,
      { desired: target + (kept[index] ?? 0), pending: pending[index] ?? 0, kept: kept[index] ?? 0 },
    ]),
  );
}

/** In proportion to the limits, which are not exceeded. */
function split(total: number, moves: readonly Move[], limits: readonly number[]): readonly number[] {
  if (total === 0) return moves.map(() => 0);
  const takers = moves.flatMap(({ place }, index) => {
    const limit = limits[index] ?? 0;
    return limit === 0 ? [] : [{ name: place, weight: limit, current: 0, least: 0, most: limit }];
  });
  const { parts } = apportion(total, takers);
  return moves.map(({ place }) => parts.get(place) ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
