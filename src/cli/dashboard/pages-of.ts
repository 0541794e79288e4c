import type { Clock } from '../../kube/index.ts';
import { valueOf } from '../hub/answer.ts';
import type { Hub } from '../hub/open-hub.ts';
import type { Board, Posted } from './board.ts';
import { readExtra, regardedBy, watchExtra } from './extras.ts';
import { layout } from './layout.ts';
import { keepVisiting } from './keep-visiting.ts';
import { newsOf } from './news.ts';
import { gonePage } from './pages/gone-page.ts';
import { type LivePlace, pageOf } from './pages/page-of.ts';
import { type Extra, nothingVisited, type Page, type Visited } from './pages/page.ts';
import { simulationPage } from './pages/simulation-page.ts';
import type { Responder } from './page-server.ts';
import { type Place, readPlace, visitParameter } from './place.ts';
import { htmlType } from './reply.ts';
import { simulatePlace } from './simulate-place.ts';

export interface PagesOptions {
  readonly hub: Hub;
  readonly board: Board;
  readonly clock: Clock;
  /** Goes to clusters for one reader, and may remember what it was told before. */
  readonly visitor: () => Visit;
  /** A command to copy. */
  readonly command: (line: string) => string;
}

/** What is seen on the cluster of a place itself. Throws the signal's reason only. */
export type Visit = (place: LivePlace, posted: Posted, signal: AbortSignal) => Promise<Visited>;

/** The pages, and the news of each. */
export function pagesOf({ hub, board, clock, visitor, command }: PagesOptions): Responder {
  const make = (place: LivePlace, posted: Posted, extra: Extra): Page | undefined =>
    pageOf(place, { ...posted, extra, command, now: clock.now() });
  const pageNow = async (
    place: Place,
    posted: Posted,
    visiting: boolean,
    signal: AbortSignal,
  ): Promise<Page | undefined> => {
    const asking = { clock, signal };
    if (place.view === 'simulation') {
      const members = valueOf(posted.facts.members) ?? [];
      const outcome = await simulatePlace(hub.client, place, { ...asking, members });
      return simulationPage(place, { ...posted, command }, outcome);
    }
    const [extra, visited] = await Promise.all([
      readExtra(hub.client, place, posted, asking),
      visiting ? visitor()(place, posted, signal) : nothingVisited,
    ]);
    return make(place, posted, { ...extra, ...visited });
  };
  return {
    async page(address, signal) {
      const place = readPlace(address);
      const { posted } = board;
      if (place === undefined || posted === undefined) return undefined;
      const page = await pageNow(place, posted, isToVisit(address), signal);
      if (page === undefined) return undefined;
      const body = layout(page, { hub: hub.context, now: clock.now() });
      return { status: 200, contentType: htmlType, body };
    },
    async *news(address, signal) {
      const place = readPlace(address);
      const posted = board.posted ?? (await board.next);
      if (place === undefined || place.view === 'simulation') return;
      const before = await readExtra(hub.client, place, posted, { clock, signal });
      const extra = await watchExtra(hub.client, place, { ...posted, clock, signal }, before);
      const uid = regardedBy(place, posted)?.uid;
      const visit = visitor();
      const left = new AbortController();
      const until = AbortSignal.any([signal, left.signal]);
      const visits = keepVisiting(() => visit(place, board.posted ?? posted, until), {
        clock,
        signal: until,
      });
      try {
        yield* newsOf({
          board,
          // What is watched besides is about this one: the reader comes again for one that takes its name.
          isOver: (now) => regardedBy(place, now)?.uid !== uid,
          pageNow: (now) => make(place, now, { ...extra(), ...visits.seen() }) ?? gonePage(place),
          hub: hub.context,
          clock,
          signal,
        });
      } finally {
        left.abort(new Error('nobody looks any more'));
        await visits.ended;
      }
    },
  };
}

/** A page does not wait for clusters, unless a person without a script asks it to. */
function isToVisit(address: string): boolean {
  return new URLSearchParams(address.split('?', 2)[1]).has(visitParameter);
}
