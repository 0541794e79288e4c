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
  const leasts = sum(claimants.map(({ least }) => least));
  if (leasts > total) return { parts: serveLeasts(total, claimants), unplaced: 0, isScarce: true };
  const seats = claimants.map((claimant) => ({ claimant, count: claimant.least }));
  const takers = seats.filter(({ claimant }) => claimant.weight > 0 && claimant.most > claimant.least);
  const capacity = leasts + sum(takers.map(({ claimant: { least, most } }) => most - least));
  const placed = Math.min(total, capacity);
  const rest = placed - leasts + sum(takers.map(({ claimant }) => claimant.least));
  if (takers.length > 0) (method === 'sainteLague' ? sainteLague : largestRemainder)(rest, takers);
  return {
    parts: new Map(seats.map(({ claimant, count }) => [claimant.name, count])),
    unplaced: total - placed,
    isScarce: false,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
