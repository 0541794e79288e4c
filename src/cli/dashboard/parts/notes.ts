import type { Answer } from '../../hub/answer.ts';
import type { Look } from '../pages/page.ts';
import { html, type Html } from './html.ts';

/** What keeps the page from being the whole truth. */
export function notesOf({ fleet, stale, extra }: Pick<Look, 'fleet' | 'stale' | 'extra'>): readonly string[] {
  return [
    ...(stale === undefined ? [] : [`What is shown may be old: ${stale}`]),
    ...fleet.unseen.map(({ what, why }) => `${what} could not be read: ${why}`),
    ...unread('Events', extra.happenings),
    ...unread('The object itself', extra.object),
  ];
}

export function noteList(notes: readonly string[]): Html {
  if (notes.length === 0) return html``;
  return html`<ul class="notes" aria-label="Notes">
    ${notes.map((note) => html`<li>${note}</li>`)}
  </ul>`;
}

function unread(what: string, answer: Answer<unknown>): readonly string[] {
  return answer.state === 'failed' ? [`${what} could not be read: ${answer.error.message}`] : [];
}
