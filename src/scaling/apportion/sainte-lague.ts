import { IndexedHeap, type HeapItem } from '../../controller/index.ts';
import type { Claimant } from './claimant.ts';
import { compareTied, type Seat } from './seat.ts';

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
 * Gives everybody what it gets at some divisor that gives out no more than the total. Rounding may only take from that:
 * the order among the last ones is decided exactly. Returns the sum of the counts.
 */
function fillBelow(total: number, seats: readonly Seat[]): number {
  const scale = scaleBelow(total, seats);
  let given = 0;
  for (const seat of seats) {
    seat.count = countAt(scale, seat.claimant, roundingMargin);
    given += seat.count;
  }
  return given;
}

/** Far more than what two operations on doubles are off by, as a part of their result. */
const roundingMargin = 2 ** -48;

/** The count at which weight / (2 × count + 1) is no more than 1 / (2 × scale), within the limits of the claimant. */
function countAt(scale: number, { weight, least, most }: Claimant, margin = 0): number {
  const exact = weight * scale - 0.5;
  return Math.max(least, Math.min(most, Math.ceil(exact - margin * (exact + 1))));
}

/**
 * A scale at which the counts add up to no more than the total, and to little less where that takes few rounds: each
 * round costs less than what it spares to give out one after the other.
 */
function scaleBelow(total: number, seats: readonly Seat[]): number {
  let weights = 0;
  let lightest = Number.POSITIVE_INFINITY;
  for (const { claimant } of seats) {
    weights += claimant.weight;
    lightest = Math.min(lightest, claimant.weight);
  }
  const near = seats.length / 32;
  let low = 0;
  let high = (total + seats.length) / lightest;
  let scale = total / weights;
  for (let round = 0; round < 64; round++) {
    let sum = 0;
    for (const { claimant } of seats) sum += countAt(scale, claimant);
    const missing = total - sum;
    if (missing < 0) high = scale;
    else low = scale;
    if (missing >= 0 && missing <= (round < 8 ? near : seats.length)) break;
    // Without limits the sum grows with the weights; with limits the scale is found by halving.
    const guess = scale + (missing - near / 2) / weights;
    scale = round < 8 && guess > low && guess < high ? guess : (low + high) / 2;
  }
  return low;
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
