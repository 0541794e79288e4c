import type { Claimant } from './claimant.ts';

/** A claimant with what it has got so far. */
export interface Seat {
  readonly claimant: Claimant;
  count: number;
}

/**
 * Who of two that are equal in every proportion gets the next one; negative for `a`. Whoever runs it already keeps it,
 * then the smaller, so that few are hit when one fails, then the heavier, then by name: never by chance.
 */
export function compareTied(a: Seat, b: Seat): number {
  const keeps = Number(b.claimant.current > b.count) - Number(a.claimant.current > a.count);
  if (keeps !== 0) return keeps;
  if (a.count !== b.count) return a.count - b.count;
  if (a.claimant.weight !== b.claimant.weight) return b.claimant.weight - a.claimant.weight;
  return a.claimant.name < b.claimant.name ? -1 : 1;
}
