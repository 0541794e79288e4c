import { paint, type Style, type Tone } from './style.ts';

/** How something is, at a glance. */
export type Mark = 'ok' | 'warning' | 'failed' | 'waiting' | 'skipped';

interface Appearance {
  readonly symbol: string;
  /** Goes with the symbol, and stands alone where there are none. */
  readonly word: string;
  /** For screen readers. */
  readonly spoken: string;
  readonly tone: Tone;
}

const appearances: Readonly<Record<Mark, Appearance>> = {
  ok: { symbol: '✓', word: 'ok', spoken: 'ok', tone: 'green' },
  warning: { symbol: '!', word: 'WARN', spoken: 'warning', tone: 'yellow' },
  failed: { symbol: '✗', word: 'FAIL', spoken: 'failed', tone: 'red' },
  waiting: { symbol: '…', word: 'wait', spoken: 'waiting', tone: 'yellow' },
  skipped: { symbol: '–', word: 'skip', spoken: 'skipped', tone: 'dim' },
};

const longestWord = 4;

/** `✓ ok  `, `✗ FAIL`; the words alone without Unicode. Always equally wide, except for screen readers. */
export function markWord(style: Style, mark: Mark): string {
  const { symbol, word, spoken, tone } = appearances[mark];
  if (style.accessible) return spoken;
  const padding = ' '.repeat(longestWord - word.length);
  return paint(style, tone, style.unicode ? `${symbol} ${word}` : word) + padding;
}

/** The mark in the margin of a row: `✗`, or `FAIL` without Unicode. Always equally wide. */
export function marginMark(style: Style, mark: Mark): string {
  const { symbol, word, tone } = appearances[mark];
  if (style.unicode) return paint(style, tone, symbol);
  return paint(style, tone, word) + ' '.repeat(longestWord - word.length);
}

export function markTone(mark: Mark): Tone {
  return appearances[mark].tone;
}
