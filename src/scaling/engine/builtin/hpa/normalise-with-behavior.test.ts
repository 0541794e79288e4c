import { describe, expect, it } from 'vitest';
import type { Recommendation } from './history.ts';
import { normaliseWithBehavior } from './normalise-with-behavior.ts';
import { type GivenBehavior, readBehavior } from './read-behavior.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

function ago(seconds: number, replicas: number): Recommendation {
  return { at: now - seconds * 1_000, replicas };
}

describe('with a behavior', () => {
  it.each<[string, GivenBehavior, number, number, Recommendation[], number, string]>([
    ['grows by the defaults', {}, 5, 50, [], 10, 'ScaleUpLimit'],
    ['grows by four where that is more', {}, 1, 50, [], 5, 'ScaleUpLimit'],
    ['holds for 300 seconds by default', {}, 10, 2, [ago(299, 10)], 10, 'DesiredWithinRange'],
    ['shrinks to the minimum after that', {}, 10, 0, [ago(300, 10)], 1, 'TooFewReplicas'],
    [
      'shrinks at once without a window',
      { scaleDown: { stabilizationWindowSeconds: 0 } },
      10,
      2,
      [ago(0, 10)],
      2,
      'DesiredWithinRange',
    ],
    [
      'never shrinks where that is disabled',
      { scaleDown: { selectPolicy: 'Disabled', stabilizationWindowSeconds: 0 } },
      10,
      2,
      [],
      10,
      'ScaleDownLimit',
    ],
    [
      'grows to the least wish of its window',
      { scaleUp: { stabilizationWindowSeconds: 60 } },
      3,
      9,
      [ago(30, 5), ago(90, 1)],
      5,
      'DesiredWithinRange',
    ],
    ['stops at the maximum', {}, 15, 50, [], 20, 'TooManyReplicas'],
  ])('%s', (_what, given, current, desired, recommendations, replicas, reason) => {
    const behavior = readBehavior(given);
    if (behavior === undefined) throw new Error('there is a behavior');
    const history = { recommendations, events: [] };
    expect(normaliseWithBehavior(desired, current, { min: 1, max: 20 }, behavior, history, now)).toEqual({
      replicas,
      reason,
    });
  });
});
