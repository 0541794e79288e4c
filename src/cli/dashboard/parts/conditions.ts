import type { Level } from '../../status/level.ts';
import type { ShownCondition } from '../../status/object-status.ts';
import { ageOrNothing } from './age.ts';
import { html, type Html } from './html.ts';
import { section } from './section.ts';
import { state } from './state.ts';
import { table } from './table.ts';

/** Nothing where there are none. */
export function conditionTable(conditions: readonly ShownCondition[], now: number): Html {
  if (conditions.length === 0) return html``;
  return section(
    'conditions',
    'Conditions',
    table({
      caption: 'Conditions as the operator wrote them',
      columns: [
        { title: 'Condition', cell: ({ type }) => type },
        { title: 'Status', cell: ({ status }) => state(status, levels[status] ?? 'waiting') },
        { title: 'Since', cell: ({ since }) => ageOrNothing(since, now) },
        { title: 'Reason', cell: ({ reason }) => reason ?? '–' },
        { title: 'Message', cell: ({ message }) => message ?? '–' },
      ],
      rows: conditions,
      key: ({ type }) => type,
    }),
  );
}

const levels: Readonly<Record<string, Level>> = { True: 'ok', False: 'error' };
