import { describe, expect, it } from 'vitest';
import { minute, registered, specOf, weighted } from '../testing/specs.ts';
import { TestFleet, up } from '../testing/test-fleet.ts';
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

  it('stay until those that take over are ready, however often that is planned, and also when they are tried again', () => {
    const spec = specOf({
      total: 10,
      members: weighted(1, 1),
      policy: { slowProgressDeadline: minute, gracePeriod: 10_000 },
    });
    const fleet = new TestFleet(spec, members).set('kubeconfig#m1', up(0)).set('kubeconfig#m2', up(0));
    fleet.after(0);
    fleet.set('kubeconfig#m2', up(5, 2)).after(0);
    fleet.stuck.add('kubeconfig#m1');
    const slow = [minute, 1, 1].map((later) => fleet.numbers(fleet.after(later)));
    expect(slow).toEqual(['m1 8 m2 5', 'm1 8 m2 5', 'm1 8 m2 5']);
    expect(fleet.numbers(fleet.set('kubeconfig#m1', up(8, 7)).after(1))).toBe('m1 8 m2 3');
    const again = [20_000, 1, 1].map((later) => fleet.after(later));
    expect(again.map((plan) => fleet.numbers(plan))).toEqual(['m1 8 m2 3', 'm1 8 m2 3', 'm1 8 m2 3']);
    expect(again.map(({ state }) => state.rows['default/m2']?.phase.name)).toEqual([
      'returning',
      'returning',
      'returning',
    ]);
  });

  it('are taken over by a member that joins with all of its share as soon as it is seen', () => {
    const spec = specOf({ total: 1, members: weighted(1, 1), policy: { slowProgressDeadline: minute } });
    const fleet = new TestFleet(spec, registered('m1')).set('kubeconfig#m1', up(0));
    fleet.stuck.add('kubeconfig#m1');
    for (let minutes = 0; minutes < 10; minutes++) fleet.after(minute);
    fleet.members = members;
    fleet.set('kubeconfig#m2', up(0)).stuck.add('kubeconfig#m2');
    expect(fleet.numbers(fleet.after(1))).toBe('m1 1 m2 1');
    expect(fleet.numbers(fleet.set('kubeconfig#m2', up(1)).after(1))).toBe('m1 0 m2 1');
  });
});
