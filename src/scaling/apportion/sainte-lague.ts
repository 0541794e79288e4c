import { IndexedHeap, type HeapItem } from '../../controller/index.ts';
import type { Seat } from './seat.ts';
import { compareTied } from './seat.ts';

/**
 * The method of Webster and Sainte-Laguë: the next one goes to whoever has the largest weight / (2 × count + 1), from
 * the counts in the seats on. It takes from nobody while the total grows, and a part of the claimants among themselves
 * share as they do among all. `total` is between the sum of the counts and the sum of the limits; weights are above 0.
 *
 * Most of the total is given out by one division, so that it takes n log n steps however large the total is.
 */
export function sainteLague(total: number, seats: readonly Seat[]): void {
  const exceeds = exactComparison(total, seats);
  let rest = total - fillBelow(total, seats);
  const heap = new IndexedHeap<HeapItem & { readonly seat: Seat }>(({ seat: a }, { seat: b }) => {
    const order = exceeds(a, b);
    return order === 0 ? compareTied(a, b) < 0 : order > 0;
  });
  for (const seat of seats) if (seat.count < seat.claimant.most) heap.push({ seat, heapIndex: 0 });
  for (; rest > 0; rest--) {
    const next = heap.peek();
    if (next === undefined) return;
    next.seat.count++;
    if (next.seat.count < next.seat.claimant.most) heap.moved(next);
    else heap.remove(next);
  }
}

/**
 * Gives everybody what it gets at some divisor that gives out no more than the total, and one less against errors of
 * rounding: the order among the last ones is decided exactly. Resolves the sum of the counts.
 */
function fillBelow(total: number, seats: readonly Seat[]): number {
  const weights = seats.reduce((sum, { claimant }) => sum + claimant.weight, 0);
  const at = (scale: number, { claimant: { weight, least, most } }: Seat): number =>
    Math.max(least, Math.min(most, Math.ceil(weight * scale - 0.5)));
  let low = 0;
  let high = (total + seats.length) / Math.min(...seats.map(({ claimant }) => claimant.weight));
  // Without limits this is close at once; with limits it is found by halving.
  for (let scale = (total - seats.length / 2) / weights, round = 0; round < 64; round++) {
    const sum = seats.reduce((sum, seat) => sum + at(Math.max(0, scale), seat), 0);
    if (sum > total) high = scale;
    else low = Math.max(0, scale);
    if (sum <= total && total - sum <= seats.length) break;
    scale = (low + high) / 2;
  }
  let given = 0;
  for (const seat of seats) {
    seat.count = Math.max(seat.claimant.least, at(low, seat) - 1);
    given += seat.count;
  }
  return given;
}

/** Compares weight / (2 × count + 1) without rounding: above 0 where that of `a` is larger. */
function exactComparison(total: number, seats: readonly Seat[]): (a: Seat, b: Seat) => number {
  const heaviest = seats.reduce((most, { claimant }) => Math.max(most, claimant.weight), 0);
  if (heaviest * (2 * total + 3) <= Number.MAX_SAFE_INTEGER)
    return (a, b) => a.claimant.weight * (2 * b.count + 1) - b.claimant.weight * (2 * a.count + 1);
  return (a, b) => {
    const difference =
      BigInt(a.claimant.weight) * BigInt(2 * b.count + 1) -
      BigInt(b.claimant.weight) * BigInt(2 * a.count + 1);
    return difference === 0n ? 0 : difference > 0n ? 1 : -1;
  };
}
