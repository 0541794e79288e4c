import type { Happening } from '../../status/object-status.ts';
import { age } from './age.ts';
import { html, type Html } from './html.ts';
import { state } from './state.ts';
import { table } from './table.ts';

/** The newest first. */
export function happeningTable(happenings: readonly Happening[], now: number): Html {
  return html`<section aria-labelledby="events">
    <h2 id="events">Events</h2>
    ${
      happenings.length === 0
        ? html`<p>The hub has none.</p>`
        : table({
            caption: 'What happened, the newest first',
            columns: [
              { title: 'Reason', cell: ({ reason }) => reason || '?' },
              {
                title: 'Type',
                cell: ({ type }) => (type === 'Warning' ? state(type, 'warning') : type || '?'),
              },
              { title: 'Age', cell: ({ at }) => age(at, now) },
              { title: 'Count', cell: ({ count }) => count },
              { title: 'Note', cell: ({ note }) => note || '–' },
            ],
            rows: happenings,
            key: ({ at, reason }) => `${at ?? ''} ${reason}`,
          })
    }
  </section>`;
}
