import { html, type Html } from './html.ts';

export interface ReplicaBar {
  readonly want: number;
  /** Null where nobody can see it. */
  readonly have: number | null;
  /** What fills the whole width. */
  readonly most: number;
}

/** How many there are, as a bar, and how many there are to be, as a mark. It repeats the numbers beside it. */
export function replicaBar({ want, have, most }: ReplicaBar): Html {
  const place = percent(want, most);
  const length = percent(have ?? 0, most);
  return html`<svg
    class="bar"
    viewBox="0 0 100 8"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    <rect class="there" x="0" y="1" width="${length}" height="6" />
    <rect class="wanted" x="${Math.min(place, 99)}" y="0" width="1" height="8" />
  </svg>`;
}

function percent(count: number, most: number): number {
  return most <= 0 ? 0 : Math.round(Math.min(1, Math.max(0, count / most)) * 1_000) / 10;
}
