import type { PlanState } from './member-row.ts';

/**
 * The state that a process begins with. What was kept is not written for every number that autoscalers are told, so that
 * the number in it may be an older one: on from that, what an outage or a rollout lacks would be told for a new total.
 * `told` is what autoscalers were told last; undefined: nothing yet.
 */
export function resumedState(kept: PlanState | undefined, told: number | undefined): PlanState | undefined {
  if (told === undefined) return kept;
  return kept === undefined
    ? { rows: {}, hasAssigned: false, published: told }
    : { ...kept, published: told };
}
