/** What a replica sees of one lease. */
export interface LeaseView {
  readonly index: number;
  /** Undefined while nobody holds it. */
  readonly holder: string | undefined;
  /** Who asks for it. */
  readonly claimant: string | undefined;
}

/**
 * How long a replica leaves a free lease to others, in milliseconds: nothing where it holds none, so that a single lease
 * changes hands at once, and a little more with each that it holds, so that the one with the fewest comes first.
 */
export function courtesyMs(held: number): number {
  return held * 50;
}

/** True when a holder gives one lease up to a replica that holds `theirs`: only where that brings both closer. */
export function givesUp(ours: number, theirs: number): boolean {
  return ours >= theirs + 2;
}

/**
 * The lease that a replica should ask for: one of the replica that holds the most, where that one would give it up.
 * Leases that are asked for already count as given.
 */
export function leaseToClaim(
  leases: readonly LeaseView[],
  me: string,
): { readonly index: number; readonly held: number } | undefined {
  const counts = new Map<string, number>([[me, 0]]);
  for (const { holder, claimant } of leases) {
    const owner = claimant ?? holder;
    if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const held = counts.get(me) ?? 0;
  const candidates = leases
    .filter(({ holder, claimant }) => holder !== undefined && holder !== me && claimant === undefined)
    .map(({ index, holder = '' }) => ({ index, count: counts.get(holder) ?? 0 }))
    .filter(({ count }) => givesUp(count, held))
    .sort((a, b) => b.count - a.count);
  return candidates[0] === undefined ? undefined : { index: candidates[0].index, held };
}
