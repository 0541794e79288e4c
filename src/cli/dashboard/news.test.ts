import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Posted } from './board.ts';
import { type News, newsOf } from './news.ts';
import { html } from './parts/html.ts';

/** A board that this test writes on. */
class TestBoard {
  posted: Posted | undefined;
  #next = Promise.withResolvers<Posted>();

  get next(): Promise<Posted> {
    return this.#next.promise;
  }

  /** The cluster eu-1 in a state. */
  post(state: string): void {
    const clusters = [{ name: 'fleet/eu-1', state, serving: [], eventing: [] }];
    const fleet = { clusters, members: [], scaledObjects: [], problems: [] };
    this.posted = { fleet } as unknown as Posted;
    const told = this.#next;
    this.#next = Promise.withResolvers();
    told.resolve(this.posted);
  }
}

/** News of a page that shows the state of eu-1; it is over when that is Over. */
function reader() {
  const board = new TestBoard();
  const clock = new ManualClock();
  const ended = new AbortController();
  const stateOf = ({ fleet }: Posted): string => fleet.clusters[0]?.state ?? '';
  const news = newsOf({
    board,
    pageNow: (posted) => ({
      title: 'Fleet',
      above: [],
      content: stateOf(posted),
      isAbout: () => true,
      body: () => html`<p>${stateOf(posted)}</p>`,
    }),
    isOver: (posted) => stateOf(posted) === 'Over',
    hub: 'prod-hub',
    clock,
    signal: ended.signal,
  });
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await news.next();
    return done === true ? undefined : value;
  };
  return { board, clock, ended, next };
}

function read(text: string | undefined): News {
  return JSON.parse(text ?? '') as News;
}

describe('the news of a page', () => {
  it('begin with the page as it is, and nothing is said', async () => {
    const { board, next } = reader();
    board.post('Ready');
    const { title, main, said } = read(await next());
    expect(title).toBe('Fleet – prod-hub – Wheelwright');
    expect(main).toContain('<p>Ready</p>');
    expect(said).toBe('');
  });

  it('come with a change, and say it', async () => {
    const { board, next } = reader();
    board.post('Ready');
    await next();
    const pending = next();
    await turn();
    board.post('Unreachable');
    const { main, said } = read(await pending);
    expect(main).toContain('<p>Unreachable</p>');
    expect(said).toBe('cluster/fleet/eu-1 is Unreachable.');
  });

  it('are silent while nothing changes, but give a sign of life now and then', async () => {
    const { board, clock, next } = reader();
    board.post('Ready');
    await next();
    const pending = next();
    await turn();
    board.post('Ready');
    await turn();
    clock.lag(15_000);
    board.post('Ready');
    expect(await pending).toBe('');
  });

  it('come once for changes that came while the last were being read', async () => {
    const { board, next } = reader();
    board.post('Ready');
    await next();
    board.post('NotReady');
    board.post('Unreachable');
    expect(read(await next()).said).toBe('cluster/fleet/eu-1 is Unreachable.');
  });

  it('end when the page has become one of something else', async () => {
    const { board, next } = reader();
    board.post('Over');
    expect(read(await next()).main).toContain('Over');
    expect(await next()).toBeUndefined();
  });

  it('end with the signal', async () => {
    const { ended, next } = reader();
    const pending = next();
    ended.abort(new Error('the reader has gone'));
    await expect(pending).rejects.toThrow('the reader has gone');
  });
});
