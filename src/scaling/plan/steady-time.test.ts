import { describe, expect, it } from 'vitest';
import { minute, registered, specOf, weighted } from '../testing/specs.ts';
import { down, TestFleet, up } from '../testing/test-fleet.ts';
import { steadyTime } from './steady-time.ts';

describe('the time of plans', () => {
  it.each([
    ['forward', 60 * minute],
    ['back', -60 * minute],
  ])('goes on evenly when the clock is set %s (C31)', (_, jump) => {
    let wall = 1_800_000_000_000;
    let monotonic = 5.25;
    const now = steadyTime({ now: () => wall, monotonic: () => monotonic });
    const fleet = new TestFleet(specOf({ total: 4, members: weighted(1, 1) }), registered('m1', 'm2'))
      .set('kubeconfig#m1', up(2))
      .set('kubeconfig#m2', up(2));
    const told = [0, 10_000, jump, 10_000, 39_000, 1_000].map((milliseconds, index) => {
      wall += milliseconds;
      if (milliseconds !== jump) monotonic += milliseconds;
      if (index === 1) fleet.set('kubeconfig#m2', down);
      fleet.now = now();
      return fleet.numbers(fleet.after(0));
    });
    expect(told).toEqual(['m1 2 m2 2', ...Array.from({ length: 4 }, () => 'm1 2 m2 (2)'), 'm1 2 m2 (2)']);
    monotonic += 10_000;
    fleet.now = now();
    expect(fleet.numbers(fleet.after(0))).toBe('m1 4 m2 (0)');
  });
});
