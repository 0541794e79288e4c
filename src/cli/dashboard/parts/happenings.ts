import type { Happening } from '../../status/object-status.ts';
import { age } from './age.ts';
import type { Html } from './html.ts';
import { section, tableOr } from './section.ts';
import { state } from './state.ts';

/** The newest first. */
export function happeningTable(happenings: readonly Happening[], now: number): Html {
  return section(
    'events',
    'Events',
    tableOr('The hub has none.', {
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
    }),
  );
}
