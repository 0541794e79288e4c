import { ageOf } from '../../terminal/human-duration.ts';
import { html, type Html } from './html.ts';

/** How long ago a time in RFC 3339 was; the browser lets it grow. */
export function age(time: string | undefined, now: number): Html {
  if (time === undefined || Number.isNaN(Date.parse(time))) return html`<span class="muted">?</span>`;
  return html`<time datetime="${time}" data-age="" title="${time}">${ageOf(time, now)}</time>`;
}

/** The same, with nothing where there is no time. */
export function ageOrNothing(time: string | undefined, now: number): Html {
  return time === undefined ? html`${'–'}` : age(time, now);
}

/** `state for 5m`, as far as it is known since when. */
export function lasting(time: string | undefined, now: number): Html {
  return time === undefined ? html`` : html` for ${age(time, now)}`;
}
