import { maskSecrets } from '../../../controller/index.ts';
import { plainText } from '../../terminal/plain-text.ts';

const markup = Symbol('markup');

/** Markup that is safe to send: every text in it was escaped when it was put there. Only `html` makes it. */
export interface Html {
  readonly [markup]: string;
}

export type Part = Html | string | number | undefined | readonly Html[];

/** Markup from a template: texts are escaped, for elements and for quoted attributes alike; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((string, index) => string + (index < parts.length ? markupOf(parts[index]) : ''));
  return { [markup]: text.join('') };
}

/** As it goes over the wire. */
export function textOf(part: Html): string {
  return part[markup];
}

function markupOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escape(part);
  if (typeof part === 'number') return String(part);
  if (markup in part) return part[markup];
  return part.map(textOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Whoever may write a status or an event chooses the text; it may neither become markup nor turn what is beside it around,
 * and what looks like a credential in it is nobody's business. */
function escape(text: string): string {
  return maskSecrets(plainText(text)).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
