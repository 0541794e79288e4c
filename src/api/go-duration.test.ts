import { describe, expect, it } from 'vitest';
import { formatGoDuration, parseGoDuration } from './go-duration.ts';

describe('durations as Go writes them', () => {
  it.each([
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['0', 0],
    ['-1s', -1_000],
    ['1h2m3s4ms', 3_723_004],
  ])('reads %s', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBeCloseTo(milliseconds);
  });

  it.each(['', '10', 's', '10 s', '1d', '10s!', 'ten', '--1s'])("refuses '%s'", (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });

  it.each([
    [10_000, '10s'],
    [90_000, '1m30s'],
    [500, '500ms'],
    [3_600_000, '1h0m0s'],
    [0, '0s'],
  ])('writes %d ms', (milliseconds, text) => {
    expect(formatGoDuration(milliseconds)).toBe(text);
    expect(parseGoDuration(text)).toBe(milliseconds);
  });
});
