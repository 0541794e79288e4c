import { describe, expect, it } from 'vitest';
import { BehaviorError, type GivenBehavior, readBehavior, readTolerance } from './read-behavior.ts';

describe('reading a behavior', () => {
  it('completes both directions where one is given', () => {
    expect(
      readBehavior({ scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } }),
    ).toEqual({
      scaleUp: {
        stabilizationMs: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Pods', value: 4, periodMs: 15_000 },
          { type: 'Percent', value: 100, periodMs: 15_000 },
        ],
      },
      scaleDown: {
        stabilizationMs: 300_000,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 1, periodMs: 60_000 }],
      },
    });
    expect(readBehavior(undefined)).toBeUndefined();
  });

  it('has a tolerance for each direction', () => {
    expect(readTolerance({ scaleUp: { tolerance: '50m' }, scaleDown: {} })).toEqual({ up: 0.05, down: 0.1 });
  });

  it.each<[GivenBehavior, string]>([
    [{ scaleUp: { stabilizationWindowSeconds: 3_601 } }, "scaleUp.stabilizationWindowSeconds is '3601'"],
    [{ scaleDown: { selectPolicy: 'Best' } }, "scaleDown.selectPolicy is 'Best'"],
    [{ scaleDown: { policies: [] } }, "scaleDown.policies is '[]'"],
    [
      { scaleUp: { policies: [{ type: 'Pods', value: 0, periodSeconds: 15 }] } },
      "scaleUp.policies[0].value is '0'",
    ],
    [
      { scaleUp: { policies: [{ type: 'Nodes', value: 1, periodSeconds: 15 }] } },
      "scaleUp.policies[0].type is 'Nodes'",
    ],
    [
      { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 1_801 }] } },
      "policies[0].periodSeconds is '1801'",
    ],
  ])('refuses %o', (given, message) => {
    expect(() => readBehavior(given)).toThrow(BehaviorError);
    expect(() => readBehavior(given)).toThrow(message);
  });

  it.each(['x', '-0.1'])('refuses the tolerance %s', (tolerance) => {
    expect(() => readTolerance({ scaleUp: { tolerance } })).toThrow(`scaleUp.tolerance is '${tolerance}'`);
  });
});
