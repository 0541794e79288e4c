import type { PlanState } from '../plan/member-row.ts';
import { planStateText, readPlanState } from '../plan/plan-state-text.ts';
import { resumedState } from '../plan/resumed-state.ts';
import { isWorthKeeping } from '../plan/worth-keeping.ts';

/** When a process ends: before it has told autoscalers its number, or as soon as it has. */
export type End = 'untold' | 'told';

/** What processes that end leave of each plan: what was worth keeping, as text, and what autoscalers were told. */
export function endingProcesses(endOf: () => End | undefined): (state: PlanState) => PlanState | undefined {
  let kept: PlanState | undefined;
  let told: number | undefined;
  return (state) => {
    if (isWorthKeeping(kept, state)) kept = readPlanState(planStateText(state)).state;
    const end = endOf();
    if (end !== 'untold') told = state.published;
    return end === undefined ? state : resumedState(kept, told);
  };
}
