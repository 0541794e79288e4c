import type { Behavior } from './behavior.ts';
import type { History } from './history.ts';
import type { Bounds, Normalised } from './normalise.ts';
import { lowerLimit, upperLimit } from './rate-limit.ts';

/** The rules of a behavior: first the windows of both directions, then the policies of the one that it moves in. */
export function normaliseWithBehavior(
  desired: number,
  current: number,
  { min, max }: Bounds,
  behavior: Behavior,
  { recommendations, events }: History,
  now: number,
): Normalised {
  const within = (windowMs: number): number[] =>
    recommendations.filter(({ at }) => at > now - windowMs).map(({ replicas }) => replicas);
  const up = Math.min(desired, ...within(behavior.scaleUp.stabilizationMs));
  const down = Math.max(desired, ...within(behavior.scaleDown.stabilizationMs));
  const stabilised = Math.min(Math.max(current, up), down);
  if (stabilised > current) {
    const limit = upperLimit(current, behavior.scaleUp, events, now);
    const most = Math.min(max, limit);
    if (stabilised > most)
      return { replicas: most, reason: max > limit ? 'ScaleUpLimit' : 'TooManyReplicas' };
  } else if (stabilised < current) {
    const limit = lowerLimit(current, behavior.scaleDown, events, now);
    const least = Math.max(min, limit);
    if (stabilised < least)
      return { replicas: least, reason: min < limit ? 'ScaleDownLimit' : 'TooFewReplicas' };
  }
  return { replicas: stabilised, reason: 'DesiredWithinRange' };
}
