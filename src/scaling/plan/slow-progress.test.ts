import { describe, expect, it } from 'vitest';
import { minute, registered, specOf, weighted } from '../testing/specs.ts';
import type { PlanState } from './member-row.ts';
import type { Observation } from './observation.ts';
import { plan } from './plan.ts';

const members = registered('m1', 'm2');

/** What both are asked for when m2 gets only two of its replicas ready, minute by minute. */
function story(slowProgressDeadline: number | undefined, minutes: number): readonly string[] {
  const spec = specOf({ total: 10, members: weighted(1, 1), policy: { slowProgressDeadline } });
  let state: PlanState | undefined;
  let [first, second] = [5, 5];
  return Array.from({ length: minutes }, (_, index) => {
    const observed = new Map<string, Observation>([
      ['default/m1', { state: 'ready', replicas: first, readyReplicas: first }],
      ['default/m2', { state: 'ready', replicas: second, readyReplicas: Math.min(2, second) }],
    ]);
    const next = plan(spec, members, observed, state, index * minute);
    ({ state } = next);
    [first = 0, second = 0] = next.assignments.map(({ replicas }) => replicas);
    return `${first}/${second}`;
  });
}

describe('replicas that do not become ready', () => {
  it('stay where they are, unless a deadline is set', () => {
    expect(new Set(story(undefined, 60))).toEqual(new Set(['5/5']));
  });

  it('are taken over by others after the deadline, those that are ready excepted, and tried again', () => {
    expect(story(3 * minute, 8)).toEqual(['5/5', '5/5', '5/5', '5/5', '8/5', '8/2', '8/5', '8/5']);
  });
});
