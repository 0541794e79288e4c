import { expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { answered } from '../hub/answer.ts';
import { keepVisiting } from './keep-visiting.ts';
import { nothingVisited } from './pages/page.ts';

it('a cluster is visited again and again until nobody looks any more', async () => {
  const clock = new ManualClock();
  const nobody = new AbortController();
  let visits = 0;
  const visit = async () => ({
    ...nothingVisited,
    inventory: answered({ anchor: 'own', objects: [] } as const, ++visits),
  });
  const { seen, ended } = keepVisiting(visit, { clock, signal: nobody.signal });
  expect(seen()).toBe(nothingVisited);
  await eventually(() => visits === 1);
  await clock.advance(15_000);
  await eventually(() => visits === 2);
  expect(seen().inventory).toMatchObject({ tookMs: 2 });
  nobody.abort();
  await ended;
  await clock.advance(60_000);
  expect(visits).toBe(2);
});
