import type { RebalancingPolicy } from './plan-spec.ts';

const longestBackoff = 30 * 60_000;

/**
 * How long a member must be back before anything moves there. After each return that did not last it is twice as long,
 * so that a member that comes and goes does not take replicas along.
 */
export function recoveryHold(
  { gracePeriod, recoveryStabilization }: RebalancingPolicy,
  relapses: number,
): number {
  if (relapses === 0) return recoveryStabilization;
  return Math.max(recoveryStabilization, Math.min(longestBackoff, gracePeriod * 2 ** relapses));
}
