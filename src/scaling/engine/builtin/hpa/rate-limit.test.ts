import { describe, expect, it } from 'vitest';
import type { Policy, SelectPolicy } from './behavior.ts';
import type { ScaleEvent } from './history.ts';
import { lowerLimit, upperLimit } from './rate-limit.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const pods = (value: number): Policy => ({ type: 'Pods', value, periodMs: 15_000 });
const percent = (value: number): Policy => ({ type: 'Percent', value, periodMs: 15_000 });
const changed = (change: number, agoMs = 5_000): ScaleEvent[] => [{ at: now - agoMs, change }];

describe('the upper limit', () => {
  it.each<[number, Policy[], SelectPolicy, ScaleEvent[], number]>([
    [3, [pods(4), percent(100)], 'Max', [], 7],
    [3, [pods(4), percent(100)], 'Min', [], 6],
    [3, [pods(4)], 'Disabled', [], 3],
    [7, [pods(4)], 'Max', changed(4), 7],
    [7, [pods(4)], 'Max', changed(4, 15_000), 11],
    [7, [pods(4)], 'Max', changed(-2), 13],
    [10, [percent(10)], 'Max', [], 11],
  ])('of %d with %o, %s after %o is %d', (current, policies, selectPolicy, events, limit) => {
    expect(upperLimit(current, { policies, selectPolicy, stabilizationMs: 0 }, events, now)).toBe(limit);
  });
});

describe('the lower limit', () => {
  it.each<[number, Policy[], SelectPolicy, ScaleEvent[], number]>([
    [10, [percent(10)], 'Max', [], 9],
    [9, [percent(10)], 'Max', changed(-1), 9],
    [10, [pods(4), percent(10)], 'Min', [], 9],
    [10, [pods(4), percent(10)], 'Max', [], 6],
    [10, [pods(4)], 'Disabled', [], 10],
    [10, [pods(4)], 'Max', changed(3), 3],
  ])('of %d with %o, %s after %o is %d', (current, policies, selectPolicy, events, limit) => {
    expect(lowerLimit(current, { policies, selectPolicy, stabilizationMs: 0 }, events, now)).toBe(limit);
  });
});
