import { describe, expect, it } from 'vitest';
import { defaultTolerance } from './behavior.ts';
import { milliOf } from './milli.ts';
import { propose } from './proposal.ts';

describe('an AverageValue metric', () => {
  it.each([
    [20, 5, 0, 4],
    [20, 5, 3, 4],
    [21, 5, 4, 4],
    [22, 5, 4, 4],
    [22.1, 5, 4, 5],
    [18, 5, 4, 4],
    [17.9, 5, 4, 4],
    [0, 5, 4, 0],
    [0, 5, 0, 0],
    [64, 10, 6, 6],
    [67, 10, 6, 7],
    [5.5, 5, 1, 1],
    [5.6, 5, 1, 2],
    [500, 5, 92, 92],
    [500, 5, 108, 108],
    [500, 5, 85, 100],
    [1e300, 0.001, 4, 2_147_483_647],
  ])('of %d with the target %d and %d observed asks for %d', (usage, target, observed, replicas) => {
    const metric = {
      name: 'm',
      type: 'AverageValue',
      usage: milliOf(usage),
      target: milliOf(target),
    } as const;
    expect(propose(metric, { current: 7, observed, ready: 0 }, defaultTolerance)).toEqual({
      kind: 'replicas',
      replicas,
    });
  });
});

describe('a target that an autoscaler has as zero', () => {
  it.each(['AverageValue', 'Value'] as const)('is an error for %s, whatever the usage', (type) => {
    for (const usage of [0, 5]) {
      const metric = { name: 'm', type, usage: milliOf(usage), target: milliOf(0.0005) };
      expect(propose(metric, { current: 1, observed: 1, ready: 1 }, defaultTolerance)).toMatchObject({
        kind: 'error',
      });
    }
  });
});

describe('a Value metric', () => {
  it.each([
    [20, 5, { current: 0, observed: 0, ready: 0 }, 4],
    [5.5, 5, { current: 3, observed: 3, ready: 1 }, 3],
    [10, 5, { current: 3, observed: 3, ready: 2 }, 4],
    [2, 5, { current: 10, observed: 10, ready: 10 }, 4],
  ])('of %d with the target %d and %o asks for %d', (usage, target, replicas, expected) => {
    const metric = { name: 'm', type: 'Value', usage: milliOf(usage), target: milliOf(target) } as const;
    expect(propose(metric, replicas, defaultTolerance)).toEqual({ kind: 'replicas', replicas: expected });
  });

  it('is an error while nothing is ready, outside the tolerance', () => {
    const metric = { name: 'm', type: 'Value', usage: milliOf(20), target: milliOf(5) } as const;
    expect(propose(metric, { current: 3, observed: 3, ready: 0 }, defaultTolerance)).toMatchObject({
      kind: 'error',
      metric: 'm',
    });
  });
});

describe('the tolerance', () => {
  it.each([
    [{ up: 0.5, down: 0 }, 29, 4],
    [{ up: 0.5, down: 0 }, 31, 7],
    [{ up: 0.5, down: 0 }, 19, 4],
    [{ up: 0, down: 0 }, 15, 3],
    [{ up: 0, down: 0.25 }, 15, 4],
  ])('%o with a usage of %d makes 4 with the target 5 into %d', (tolerance, usage, replicas) => {
    const metric = { name: 'm', type: 'AverageValue', usage: milliOf(usage), target: milliOf(5) } as const;
    expect(propose(metric, { current: 4, observed: 4, ready: 4 }, tolerance)).toEqual({
      kind: 'replicas',
      replicas,
    });
  });
});
