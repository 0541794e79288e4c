import { defaultDownscaleStabilizationMs } from './behavior.ts';
import type { Recommendation } from './history.ts';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export type LimitReason =
  | 'DesiredWithinRange'
  | 'TooFewReplicas'
  | 'TooManyReplicas'
  | 'ScaleUpLimit'
  | 'ScaleDownLimit';

/** What the rules make of a wish. */
export interface Normalised {
  readonly replicas: number;
  readonly reason: LimitReason;
}

/**
 * The rules where no behavior is given: nothing goes below what was asked for within the last five minutes, and nothing
 * grows beyond twice what there is, or four.
 */
export function normalise(
  desired: number,
  current: number,
  { min, max }: Bounds,
  recommendations: readonly Recommendation[],
  now: number,
): Normalised {
  const cutoff = now - defaultDownscaleStabilizationMs;
  const recent = recommendations.filter(({ at }) => at >= cutoff).map(({ replicas }) => replicas);
  const stabilised = Math.max(desired, ...recent);
  const limit = Math.max(2 * current, 4);
  if (stabilised < min) return { replicas: min, reason: 'TooFewReplicas' };
  const most = Math.min(max, limit);
  if (stabilised <= most) return { replicas: stabilised, reason: 'DesiredWithinRange' };
  return { replicas: most, reason: max > limit ? 'ScaleUpLimit' : 'TooManyReplicas' };
}
