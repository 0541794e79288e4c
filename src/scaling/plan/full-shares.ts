import { distribute } from './distribute.ts';
import type { EffectiveMember } from './effective-members.ts';
import type { PlanSpec } from './plan-spec.ts';

/** What each place would have, by place, if every member that is wanted were there. */
export function fullShares(
  spec: PlanSpec,
  wanted: ReadonlyMap<string, EffectiveMember>,
): ReadonlyMap<string, number> {
  const takers = [...wanted].map(([name, { weight, least, most, priority }]) => ({
    name,
    weight,
    least,
    most,
    priority,
    current: 0,
  }));
  return distribute(spec.total, takers, spec).parts;
}
