import { describe, expect, it } from 'vitest';
import { normalise } from './normalise.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('without a behavior', () => {
  it.each([
    [1, 10, 1, 10, [], 4],
    [2, 10, 1, 10, [], 4],
    [4, 10, 1, 10, [], 8],
    [5, 20, 1, 10, [], 10],
    [10, 4, 1, 20, [10], 10],
    [10, 4, 1, 20, [], 4],
    [3, 1, 2, 20, [], 2],
    [10, 4, 1, 20, [6, 5], 6],
  ])(
    '%d with the wish %d between %d and %d after %o becomes %d',
    (current, desired, min, max, wishes, replicas) => {
      const recommendations = wishes.map((wish, index) => ({ at: now - index * 15_000, replicas: wish }));
      expect(normalise(desired, current, { min, max }, recommendations, now).replicas).toBe(replicas);
    },
  );

  it('holds on to a wish for five minutes, and no longer', () => {
    const wish = (agoMs: number) => [{ at: now - agoMs, replicas: 10 }];
    expect(normalise(4, 10, { min: 1, max: 20 }, wish(300_000), now).replicas).toBe(10);
    expect(normalise(4, 10, { min: 1, max: 20 }, wish(300_001), now).replicas).toBe(4);
  });
});
