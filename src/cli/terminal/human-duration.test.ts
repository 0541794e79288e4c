import { describe, expect, it } from 'vitest';
import { ageOf, humanDuration } from './human-duration.ts';

describe('a duration for people', () => {
  it.each([
    [-5_000, '0s'],
    [999, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [250_000, '4m10s'],
    [600_000, '10m'],
    [10_799_000, '179m'],
    [10_800_000, '3h'],
    [11_520_000, '3h12m'],
    [28_800_000, '8h'],
    [172_800_000, '2d'],
    [270_000_000, '3d3h'],
    [864_000_000, '10d'],
    [63_072_000_000, '2y'],
    [64_800_000_000, '2y20d'],
    [300_000_000_000, '9y'],
  ])('%d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });

  it('since a time is its age, and a question mark where there is no time', () => {
    expect(ageOf('2026-11-21T10:00:00Z', Date.parse('2026-11-21T10:04:10Z'))).toBe('4m10s');
    expect(ageOf(undefined, 0)).toBe('?');
    expect(ageOf('yesterday', 0)).toBe('?');
  });
});
