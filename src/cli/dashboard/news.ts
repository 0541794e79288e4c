import { type Clock, untilAborted } from '../../kube/index.ts';
import { fleetChanges } from '../status/fleet-changes.ts';
import type { FleetStatus } from '../status/fleet-status.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Board, Posted } from './board.ts';
import { layoutMain, titleOf } from './layout.ts';
import type { Page } from './pages/page.ts';

/** What is sent to a page that is open. */
export interface News {
  readonly title: string;
  /** The element `main`, whole. */
  readonly main: string;
  /** What changed, in words for those who do not see it; '' where nothing did. */
  readonly said: string;
}

export interface NewsOptions {
  readonly board: Pick<Board, 'posted' | 'next'>;
  readonly pageNow: (posted: Posted) => Page;
  /** Whether the page has become one of something else. */
  readonly isOver: (posted: Posted) => boolean;
  /** The name of the context. */
  readonly hub: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Whoever hears nothing for longer may take the connection for dead. */
const silenceMs = 15_000;
/** More is not heard out. */
const mostSaid = 3;

/**
 * News of one page as JSON, with every change, until it is over or the signal aborts, whose reason it throws; '' in long
 * silences.
 */
export async function* newsOf({
  board,
  pageNow,
  isOver,
  hub,
  clock,
  signal,
}: NewsOptions): AsyncGenerator<string> {
  let told: { readonly content: string; readonly fleet: FleetStatus } | undefined;
  let toldAt = clock.monotonic();
  for (;;) {
    const { next, posted } = board;
    if (posted !== undefined) {
      const page = pageNow(posted);
      const content = JSON.stringify(page.content);
      if (content !== told?.content) {
        const now = clock.now();
        const said = told === undefined ? '' : sayChanges(page, told.fleet, posted.fleet);
        told = { content, fleet: posted.fleet };
        toldAt = clock.monotonic();
        const news: News = { title: titleOf(page, { hub }), main: layoutMain(page, { now }), said };
        yield JSON.stringify(news);
      } else if (clock.monotonic() - toldAt >= silenceMs) {
        toldAt = clock.monotonic();
        yield '';
      }
      if (isOver(posted)) return;
    }
    await untilAborted(next, signal);
  }
}

/** States only: numbers that go up and down would never end. */
function sayChanges({ isAbout }: Page, before: FleetStatus, after: FleetStatus): string {
  const changes = fleetChanges(before, after).filter(({ subject }) => isAbout(subject));
  const said = changes
    .slice(0, mostSaid)
    .map((change) => plainText(`${change.subject} is ${change.after ?? 'gone'}.`));
  const more = changes.length - said.length;
  return [...said, ...(more > 0 ? [`${more} more changes.`] : [])].join(' ');
}
