import type { Level } from '../../status/level.ts';
import { html, type Html } from './html.ts';

/** Drawn, because not every font has the symbols: a cross, a triangle, dots, a tick. */
const shapes: Readonly<Record<Level, string>> = {
  error: 'M3 3l10 10M13 3L3 13',
  warning: 'M8 2l6.5 12h-13zM8 6.5v3.5M8 12v.1',
  waiting: 'M3 8h.1M8 8h.1M13 8h.1',
  ok: 'M2.5 8.5l3.5 4 7.5-9',
};

/** A state by word, shape and colour: none of them says more than the others. */
export function state(word: string, level: Level): Html {
  return html`<span class="state ${level}">${shape(level)}${word}</span>`;
}

function shape(level: Level): Html {
  return html`<svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d="${shapes[level]}" />
  </svg>`;
}
