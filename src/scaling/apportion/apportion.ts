import type { Apportionment, ApportionmentMethod, Claimant } from './claimant.ts';
import { largestRemainder } from './largest-remainder.ts';
import { sainteLague } from './sainte-lague.ts';
import { serveLeasts } from './serve-leasts.ts';

/**
 * Splits a total in proportion to weights. The parts add up to the total, unless nobody may take the rest. The order of
 * the claimants does not matter. `total` is whole and not negative.
 */
export function apportion(
  total: number,
  claimants: readonly Claimant[],
  method: ApportionmentMethod = 'sainteLague',
): Apportionment {
  let leasts = 0;
  for (const { least } of claimants) leasts += least;
  if (leasts > total) return { parts: serveLeasts(total, claimants), unplaced: 0, isScarce: true };
  const seats = claimants.map((claimant) => ({ claimant, count: claimant.least }));
  const takers = seats.filter(({ claimant }) => claimant.weight > 0 && claimant.most > claimant.least);
  let capacity = leasts;
  let leastsOfTakers = 0;
  for (const { claimant } of takers) {
    capacity += claimant.most - claimant.least;
    leastsOfTakers += claimant.least;
  }
  const placed = Math.min(total, capacity);
  const rest = placed - leasts + leastsOfTakers;
  if (takers.length > 0) (method === 'sainteLague' ? sainteLague : largestRemainder)(rest, takers);
  const parts = new Map<string, number>();
  for (const { claimant, count } of seats) parts.set(claimant.name, count);
  return { parts, unplaced: total - placed, isScarce: false };
}
