import type { Claimant } from './claimant.ts';

/** For a total that does not reach for everybody's least: the heavier first, then by name, until nothing is left. */
export function serveLeasts(total: number, claimants: readonly Claimant[]): ReadonlyMap<string, number> {
  let rest = total;
  const inOrder = claimants.toSorted((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  return new Map(
    inOrder.map(({ name, least }) => {
      const part = Math.min(rest, least);
      rest -= part;
      return [name, part];
    }),
  );
}
