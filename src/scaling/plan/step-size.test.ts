import { describe, expect, it } from 'vitest';
import { minute, registered, specOf, weighted } from '../testing/specs.ts';
import { down, TestFleet, up } from '../testing/test-fleet.ts';
import { stepSize } from './step-size.ts';

describe('what one step moves', () => {
  it.each([
    [10, 50, 5],
    [10, 20, 2],
    [10, 9, 1],
    [100, 50, 50],
    [1, 50, 1],
    [10, 100, 10],
    [10, 0, 0],
  ])('of a total of %d with %d percent is %d', (total, percentage, size) => {
    expect(stepSize(total, percentage)).toBe(size);
  });

  it.each([
    ['10 with 4 lost, half at a time', [6, 4], 10, 50, [10]],
    ['10 with 4 lost, a fifth at a time', [6, 4], 10, 20, [8, 10]],
    ['100 with 60 lost, half at a time', [40, 60], 100, 50, [90, 100]],
    ['1 that is lost', [1, 0], 1, 50, [1]],
  ] as const)('hands over %s', (_, weights, total, maxRebalancePercentage, steps) => {
    const spec = specOf({ total, members: weighted(...weights), policy: { maxRebalancePercentage } });
    const fleet = new TestFleet(spec, registered('m1', 'm2'))
      .set('kubeconfig#m1', up(0))
      .set('kubeconfig#m2', up(0));
    fleet.after(0);
    fleet.set('kubeconfig#m2', down).after(1_000);
    const told = steps.map((_step, index) => {
      const { reasons } = fleet.after(index === 0 ? minute : 1_000);
      return reasons[0]?.desired;
    });
    expect(told).toEqual(steps);
  });
});
