import type { PlanState } from './member-row.ts';

/**
 * The current number that autoscalers are told. It goes from the last total to the new one as replicas come and go, never
 * back and never beyond. Anything else that changes what runs (an outage, a hold, a return, a rollout) is not told:
 * a HorizontalPodAutoscaler takes a number that is wrong by less than its tolerance of a tenth for the new total.
 */
export function publishedTotal(
  total: number,
  actual: number,
  previous: Pick<PlanState, 'published'> | undefined,
): number {
  const last = previous?.published ?? actual;
  return Math.min(Math.max(actual, Math.min(last, total)), Math.max(last, total));
}
