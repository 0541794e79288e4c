import type { EffectiveMember } from './effective-members.ts';
import type { Finding } from './finding.ts';

/** Why nobody can be given a number; undefined where somebody can. */
export function obstacleOf(
  total: number,
  wanted: ReadonlyMap<string, EffectiveMember>,
  isAnswering: (place: string) => boolean,
): Finding | undefined {
  const places = [...wanted];
  if (!places.some(([place]) => isAnswering(place)))
    return {
      reason: 'NoHealthyMembers',
      message:
        places.length === 0
          ? 'No member is registered.'
          : `None of ${places.length} members answers; the last split stays.`,
    };
  // Nothing has to go anywhere.
  if (total === 0) return undefined;
  if (places.every(([, { weight }]) => weight <= 0))
    return {
      reason: 'AllWeightsZero',
      message: 'Every member has the weight 0 or is drained; the last split stays.',
    };
  if (!places.some(([place, { weight }]) => weight > 0 && isAnswering(place)))
    return {
      reason: 'NoEligibleMembers',
      message: 'Every member that answers has the weight 0 or is drained; the last split stays.',
    };
  return undefined;
}
