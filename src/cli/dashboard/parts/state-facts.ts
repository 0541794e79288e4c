import type { Level } from '../../status/level.ts';
import { lasting } from './age.ts';
import { html, type Html } from './html.ts';
import { state } from './state.ts';

/** How something is. */
export interface StateShown {
  readonly state: string;
  readonly level: Level;
  /** RFC 3339. */
  readonly since?: string | undefined;
  readonly next?: string | undefined;
}

/** How it is, how long, and what is to be done about it. */
export function stateFacts(
  { state: word, level, since, next }: StateShown,
  now: number,
): readonly (readonly [name: string, value: Html | string])[] {
  return [
    ['State', html`${state(word, level)}${lasting(since, now)}`],
    ['Next', next ?? '–'],
  ];
}
