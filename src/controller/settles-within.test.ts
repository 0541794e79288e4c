import { expect, test } from 'vitest';
import { settlesWithin } from './settles-within.ts';
import { FakeClock } from './testing/fake-clock.ts';

test.each([
  ['fulfilled', () => Promise.resolve()],
  ['rejected', () => Promise.reject(new Error('no'))],
])('true for a promise that is %s, with no timer left', async (_what, promised) => {
  const clock = new FakeClock();
  expect(await settlesWithin(clock, 1_000, promised())).toBe(true);
  expect(clock.sleeping).toBe(0);
});

test('false once the time is over', async () => {
  const clock = new FakeClock();
  const result = settlesWithin(clock, 1_000, new Promise(() => undefined));
  await clock.advance(1_000);
  expect(await result).toBe(false);
});
