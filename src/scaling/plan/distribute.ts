import { apportion } from '../apportion/apportion.ts';
import type { Apportionment, Claimant } from '../apportion/claimant.ts';
import { takesPart } from './effective-members.ts';
import type { PlanSpec } from './plan-spec.ts';

export interface Taker extends Claimant {
  readonly priority: number;
}

/** Splits a total by the strategy of the spec; within one priority always in proportion to weights. */
export function distribute(
  total: number,
  takers: readonly Taker[],
  { strategy, method }: Pick<PlanSpec, 'strategy' | 'method'>,
): Apportionment {
  if (strategy === 'weighted') return apportion(total, takers, method);
  const tiers = tiersOf(takers);
  const best = tiers.findIndex((tier) => tier.some(takesPart));
  const parts = new Map<string, number>();
  let rest = total;
  let isScarce = false;
  for (const [index, tier] of tiers.entries()) {
    const later = leastOf(tiers.slice(index + 1));
    // Below the best that there are, the others stand by with what they get at least.
    const isActive = strategy === 'spillover' || index === best;
    const wanted = isActive ? Math.max(leastOf([tier]), rest - later) : leastOf([tier]);
    const split = apportion(Math.min(rest, wanted), tier, method);
    for (const [name, part] of split.parts) {
      parts.set(name, part);
      rest -= part;
    }
    isScarce ||= split.isScarce;
  }
  return { parts, unplaced: rest, isScarce };
}

/** The highest priority first. */
function tiersOf(takers: readonly Taker[]): readonly (readonly Taker[])[] {
  const tiers = Map.groupBy(takers, ({ priority }) => priority);
  return [...tiers].sort(([a], [b]) => b - a).map(([, tier]) => tier);
}

function leastOf(tiers: readonly (readonly Taker[])[]): number {
  return tiers.flat().reduce((sum, { least }) => sum + least, 0);
}
