import { describe, expect, it } from 'vitest';
import type { MemberRow, Phase } from './member-row.ts';
import type { Observation } from './observation.ts';
import { rebalanceSteps, shortestPause } from './rebalance-steps.ts';

function row(name: string, phase: Phase, desired: number): MemberRow {
  return { name, namespace: 'default', id: name, phase, desired, pending: 0, kept: 0, relapses: 0 };
}

const up = (replicas: number): Observation => ({ state: 'ready', replicas, readyReplicas: replicas });
const down: Observation = { state: 'notReady', why: 'out of reach' };

describe('a step', () => {
  it('waits for nobody that stays only for others', () => {
    const rows = new Map([
      ['m1', { ...row('m1', { name: 'serving' }, 5), kept: 2 }],
      ['m2', row('m2', { name: 'excluded', since: 0, retained: 4 }, 0)],
    ]);
    const stepped = rebalanceSteps(rows, {
      observed: new Map<string, Observation>([
        ['m1', { state: 'ready', replicas: 5, readyReplicas: 3 }],
        ['m2', down],
      ]),
      shares: new Map([
        ['m1', 3],
        ['m2', 4],
      ]),
      size: 1,
      lastStepAt: 0,
      patience: 60_000,
      hasReceiver: true,
      now: 2_000,
    });
    expect(stepped.lastStepAt).toBe(2_000);
  });

  const context = {
    shares: new Map([
      ['m1', 5],
      ['m2', 5],
    ]),
    size: 1,
    patience: 60_000,
    hasReceiver: true,
  };

  it.each([
    ['away from a lost member', { name: 'excluded', since: 0, retained: 4 }, down, 'retained', 3],
    [
      'back to a member',
      { name: 'returning', since: 0, hold: 0, counted: 2, headStart: 2, isMoving: true },
      up(5),
      'counted',
      3,
    ],
  ] as const)('%s that needs nobody to start is not two at one time', (_, phase, seen, field, after) => {
    const rows = new Map([
      ['m1', row('m1', { name: 'serving' }, 5)],
      ['m2', row('m2', phase, 5)],
    ]);
    const observed = new Map([
      ['m1', up(5)],
      ['m2', seen],
    ]);
    const first = rebalanceSteps(rows, { ...context, observed, lastStepAt: undefined, now: 1_000 });
    expect(first.lastStepAt).toBe(1_000);
    expect(first.rows.get('m2')?.phase).toMatchObject({ [field]: after });

    const again = (now: number) =>
      rebalanceSteps(first.rows, { ...context, observed, lastStepAt: first.lastStepAt, now });
    expect(again(1_000)).toEqual(first);
    expect(again(1_000 + shortestPause).rows.get('m2')?.phase).not.toEqual(first.rows.get('m2')?.phase);
  });
});
