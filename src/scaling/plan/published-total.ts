import type { PlanState } from './member-row.ts';

export interface Published {
  readonly published: number;
  /** Whether it is the total; from then on it stays, until the total changes. */
  readonly hasArrived: boolean;
}

/**
 * The current number that autoscalers are told. It goes from the last total to the new one as replicas come and go, never
 * back and never beyond. Anything else that changes what runs (an outage, a hold, a return, a rollout) is not told:
 * a HorizontalPodAutoscaler takes a number that is wrong by less than its tolerance of a tenth for the new total.
 */
export function publishedTotal(
  total: number,
  actual: number,
  previous: Pick<PlanState, 'total' | 'published' | 'hasArrived'> | undefined,
): Published {
  if (previous === undefined) return { published: actual, hasArrived: actual === total };
  if (previous.hasArrived && previous.total === total) return { published: total, hasArrived: true };
  const { published: last } = previous;
  const published = Math.min(Math.max(actual, Math.min(last, total)), Math.max(last, total));
  return { published, hasArrived: published === total };
}
