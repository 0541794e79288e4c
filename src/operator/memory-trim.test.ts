import { expect, test } from 'vitest';
import { isWorthCollecting } from './memory-trim.ts';

const mb = 1 << 20;

test.each([
  ['a first look at a small heap', { used: 7 * mb, afterLast: undefined, busy: 0 }, false],
  ['a first look at what the start left', { used: 27 * mb, afterLast: undefined, busy: 0 }, true],
  ['a burst of work that is over', { used: 300 * mb, afterLast: 20 * mb, busy: 0.01 }, true],
  ['a burst of work that goes on', { used: 300 * mb, afterLast: 20 * mb, busy: 0.4 }, false],
  ['a big heap that has hardly grown', { used: 220 * mb, afterLast: 200 * mb, busy: 0 }, false],
  ['a small heap that has hardly grown', { used: 25 * mb, afterLast: 18 * mb, busy: 0 }, false],
])('%s', (_, reading, expected) => {
  expect(isWorthCollecting(reading)).toBe(expected);
});
