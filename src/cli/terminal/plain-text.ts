import { stripVTControlCharacters } from 'node:util';

/** C0 and C1 controls, and those that turn the direction of text around. */
// oxlint-disable-next-line no-control-regex -- finding control characters is its purpose
const controls = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]+/g;

/**
 * Text that came from a cluster, as one line that cannot command a terminal: whoever may write a status or an event
 * chooses it.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(controls, ' ').trim();
}

/** At most `limit` characters, the last one an ellipsis where something was cut off. */
export function shorten(text: string, limit: number, ellipsis: string): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, Math.max(0, limit - ellipsis.length)).trimEnd()}${ellipsis}`;
}
