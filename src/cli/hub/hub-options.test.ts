import { describe, expect, it } from 'vitest';
import { requestTimeout } from './hub-options.ts';

describe('--request-timeout', () => {
  it.each([
    ['5s', 5_000],
    ['5', 5_000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['1h0m1s', 3_601_000],
    ['250ms', 250],
    ['0', 10_000],
    ['0s', 10_000],
  ])('%s is %d ms', (text, ms) => {
    expect(requestTimeout(text)).toBe(ms);
  });

  it.each(['', 'soon', '-1s', '1.5s', '5 s', '10d', 's'])("refuses '%s' and says what it takes", (text) => {
    expect(() => requestTimeout(text)).toThrow(
      `--request-timeout must be a duration such as '5s' or '1m30s', or a number of seconds, not '${text}'.`,
    );
  });
});
