import type { EffectiveMember } from './effective-members.ts';
import type { MemberRow } from './member-row.ts';
import { type Observations, observationOf } from './observation.ts';
import type { RebalancingPolicy } from './plan-spec.ts';

export interface LastResortContext {
  readonly policy: Pick<RebalancingPolicy, 'gracePeriod' | 'ignoreZeroWeightOnOutage'>;
  /** By place, as they are by what was seen. */
  readonly rows: ReadonlyMap<string, MemberRow>;
  readonly observed: Observations;
  readonly now: number;
}

/** So much more than any weight of 0 that nobody's share becomes smaller while it is handed over. */
const others = 2 ** 21;

/** Whether it gets replicas where all others have failed: a drained one does not. */
export function isLastResort(
  { weight, most }: Pick<EffectiveMember, 'weight' | 'most'>,
  { ignoreZeroWeightOnOutage }: Pick<RebalancingPolicy, 'ignoreZeroWeightOnOutage'>,
): boolean {
  return ignoreZeroWeightOnOutage && weight === 0 && most > 0;
}

/**
 * The members, of which those of weight 0 have one where the policy wants that and all others have failed for longer than
 * the grace period. As soon as one of these answers it is as before.
 */
export function withLastResort(
  wanted: ReadonlyMap<string, EffectiveMember>,
  { policy, rows, observed, now }: LastResortContext,
): ReadonlyMap<string, EffectiveMember> {
  const answers = (place: string): boolean => observationOf(place, observed).state === 'ready';
  const hasResort = [...wanted].some(([place, member]) => isLastResort(member, policy) && answers(place));
  const weighted = [...wanted].filter(([, { weight }]) => weight > 0);
  if (!hasResort || weighted.length === 0) return wanted;
  const hasFailed = ([place]: readonly [string, EffectiveMember]): boolean => {
    const phase = rows.get(place)?.phase;
    if (answers(place)) return false;
    // Who was never seen, or is not registered, has nothing that could be taken over, but may still come.
    const isLate = phase?.name === 'fresh' && now >= phase.since + policy.gracePeriod;
    return isLate || phase?.name === 'excluded';
  };
  if (!weighted.every(hasFailed)) return wanted;
  return new Map(
    [...wanted].map(([place, member]) => {
      const weight = isLastResort(member, policy) ? 1 : member.weight * others;
      return [place, { ...member, weight }] as const;
    }),
  );
}
