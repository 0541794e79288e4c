import { expect, test } from 'vitest';
import { lowestTotal } from './lowest-total.ts';

/** Asked at one millisecond, answered at another. */
const write = (count: number, from: number, to: number) => ({ count, from: time(from), to: time(to) });
const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

test.each([
  ['a fall after the rise it waits for', [write(1, 10, 11)], [write(2, 12, 13)], 3],
  ['a fall before the rise', [write(1, 14, 15)], [write(2, 12, 13)], 2],
  ['a fall and a rise that may be either way round', [write(1, 10, 13)], [write(2, 11, 12)], 3],
  ['a fall that is soon over', [], [write(2, 10, 11), write(3, 12, 13)], 2],
  ['nothing', [], [], 3],
])('%s', (_case, receiver, donor, lowest) => {
  expect(
    lowestTotal([
      { before: 3, writes: donor },
      { before: 0, writes: receiver },
    ]),
  ).toBe(lowest);
});
