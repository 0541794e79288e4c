import { expect } from 'vitest';
import type { PlanState } from '../plan/member-row.ts';
import { type Assignment, plan } from '../plan/plan.ts';
import { planStateText, readPlanState } from '../plan/plan-state-text.ts';
import type { Moment } from '../simulator/simulate.ts';
import { endingProcesses } from './ending-processes.ts';

const week = 7 * 24 * 60 * 60_000;

export function throughText(state: PlanState): PlanState | undefined {
  return readPlanState(planStateText(state)).state;
}

/** A process that ends every now and then, before or after it has told autoscalers its number. */
export function crashes(random: () => number): (state: PlanState) => PlanState | undefined {
  return endingProcesses(() => {
    const chance = random();
    return chance < 0.1 ? 'untold' : chance < 0.2 ? 'told' : undefined;
  });
}

export const obstacles = new Set(['NoHealthyMembers', 'NoEligibleMembers', 'AllWeightsZero']);

/** What must hold whenever somebody can be given a number. */
export function expectTotal({
  at,
  plan: { reasons, state, unplaced, findings },
  spec,
  observed,
}: Moment): void {
  if (findings.some(({ reason }) => obstacles.has(reason))) return;
  const rows = Object.values(state.rows);
  const numbers = reasons.map(({ desired }) => desired);
  expect(numbers.every((number) => Number.isInteger(number) && number >= 0)).toBe(true);
  const retained = reasons.reduce((sum, { place, share }) => {
    const phase = state.rows[place]?.phase;
    return sum + (phase?.name === 'excluded' ? Math.min(phase.retained, share) : 0);
  }, 0);
  const all = numbers.reduce((sum, number) => sum + number, 0) + retained + unplaced;
  const stale = reasons.reduce((sum, { place }) => {
    const seen = observed.get(place);
    const { phase } = state.rows[place] ?? { phase: { name: 'serving' } };
    return sum + (seen?.state === 'ready' && phase.name === 'returning' ? seen.replicas : 0);
  }, 0);
  const pending = rows.reduce((sum, row) => sum + row.pending, 0);
  // Invariant 8 of the design: the total, and what runs twice while it moves.
  expect(all).toBeGreaterThanOrEqual(spec.total);
  // With a step that ends an exclusion, the shares of the others are larger only afterwards.
  if (state.lastStepAt === at) return;
  expect(all).toBeLessThanOrEqual(spec.total + pending + stale);
}

/** From the last total on, autoscalers are told of no way back, and of no way beyond the next. Returns what they know then. */
export function expectTold({ told, spec: { total } }: Moment, last: number): number {
  let known = last;
  for (const number of told) {
    expect(number).toBeGreaterThanOrEqual(Math.min(known, total));
    expect(number).toBeLessThanOrEqual(Math.max(known, total));
    known = number;
  }
  return known;
}

/** Nothing is due before the time that the plan gives, if nothing is heard. */
export function expectQuietUntilNextCheck({ plan: last, spec, members, observed, at }: Moment): void {
  const later = last.nextCheckAt === undefined ? at + week : last.nextCheckAt - 1;
  const next = plan(spec, members, observed, last.state, later);
  const isNews = ({ place, replicas }: Assignment): boolean => {
    const seen = observed.get(place);
    return seen?.state !== 'ready' || seen.asked !== replicas;
  };
  expect(next.assignments.filter(isNews)).toEqual([]);
  expect(next.exclusions).toEqual(last.exclusions);
}
