import { expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { testHost } from '../testing/test-host.ts';
import { Board } from './board.ts';
import { nothingVisited } from './pages/page.ts';
import { pagesOf } from './pages-of.ts';

it('one visitor goes to a cluster for a page as long as that is open', async () => {
  const { open, clock } = fakeHub({});
  const hub = await open({}, testHost(), { clock });
  const ended = new AbortController();
  const board = new Board(hub, { clock, lookAgainMs: 60_000 });
  const running = board.run(ended.signal).catch(() => undefined);
  const visits: number[] = [];
  const pages = pagesOf({
    hub,
    board,
    clock,
    visitor: () => {
      const reader = visits.push(0) - 1;
      return async () => {
        visits[reader] = (visits[reader] ?? 0) + 1;
        return nothingVisited;
      };
    },
    command: (line) => line,
  });
  const read = async () => {
    const news = pages.news('/members/keda/eu-1', ended.signal)[Symbol.asyncIterator]();
    await news.next();
    return news;
  };
  const first = await read();
  await eventually(() => visits[0] === 1);
  await clock.advance(15_000);
  await eventually(() => visits[0] === 2);
  const second = await read();
  await eventually(() => visits[1] === 1);
  await first.return?.();
  await clock.advance(15_000);
  await eventually(() => visits[1] === 2);
  expect(visits).toEqual([2, 2]);
  await second.return?.();
  ended.abort();
  await running;
});
