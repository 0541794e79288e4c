import { expect, test } from 'vitest';
import { FakeClock } from './testing/fake-clock.ts';
import { TokenBucket } from './token-bucket.ts';

test('the burst is free, and then each call is told to come later than the last', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, new FakeClock());
  expect([bucket.reserveMs(), bucket.reserveMs(), bucket.reserveMs(), bucket.reserveMs()]).toEqual([
    0, 0, 100, 200,
  ]);
});

test('time refills it, up to the burst', async () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, clock);
  for (let taken = 0; taken < 3; taken++) bucket.reserveMs();
  await clock.advance(60_000);
  expect([bucket.reserveMs(), bucket.reserveMs(), bucket.reserveMs()]).toEqual([0, 0, 100]);
});
