import { compareTied, type Seat } from './seat.ts';

/**
 * The method of Hamilton: everybody gets the whole part of its exact share, and the largest fractions get what is left.
 * Nobody is further than one from its exact share, but one may lose while the total grows. `total` is between the sum
 * of the counts and the sum of the limits; weights are above 0.
 */
export function largestRemainder(total: number, seats: readonly Seat[]): void {
  const { free, rest, weights } = withoutLimited(total, seats);
  if (weights === 0n) return;
  const fractions = new Map<Seat, bigint>();
  let left = rest;
  for (const seat of free) {
    const share = rest * BigInt(seat.claimant.weight);
    seat.count = Number(share / weights);
    fractions.set(seat, share % weights);
    left -= share / weights;
  }
  const inOrder = free.toSorted((a, b) => {
    const difference = (fractions.get(b) ?? 0n) - (fractions.get(a) ?? 0n);
    return difference === 0n ? compareTied(a, b) : difference > 0n ? 1 : -1;
  });
  for (const seat of inOrder.slice(0, Number(left))) seat.count++;
}

/**
 * Sets aside whoever's exact share is beyond its limits, with that limit, until all others keep within theirs. Of too
 * much and too little, whichever is more is settled first, because the other may settle itself.
 */
function withoutLimited(total: number, seats: readonly Seat[]) {
  let free = seats;
  let rest = BigInt(total);
  for (;;) {
    const weights = free.reduce((sum, { claimant }) => sum + BigInt(claimant.weight), 0n);
    // In units of 1 / weights, so that nothing is rounded.
    const all = rest;
    const below = ({ claimant: { least, weight } }: Seat): bigint =>
      BigInt(least) * weights - all * BigInt(weight);
    const above = ({ claimant: { most, weight } }: Seat): bigint =>
      Number.isFinite(most) ? all * BigInt(weight) - BigInt(most) * weights : -1n;
    const excess = (of: (seat: Seat) => bigint): bigint =>
      free.reduce((sum, seat) => sum + (of(seat) > 0n ? of(seat) : 0n), 0n);
    const [tooLittle, tooMuch] = [excess(below), excess(above)];
    if (tooLittle === 0n && tooMuch === 0n) return { free, rest, weights };
    const limited = new Set(free.filter((seat) => (tooLittle >= tooMuch ? below : above)(seat) > 0n));
    free = free.filter((seat) => !limited.has(seat));
    for (const seat of limited) {
      seat.count = tooLittle >= tooMuch ? seat.claimant.least : seat.claimant.most;
      rest -= BigInt(seat.count);
    }
  }
}
