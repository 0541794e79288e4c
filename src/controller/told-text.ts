import { maskSecrets } from './mask-secrets.ts';

/** Of one sentence or some, in characters: a status may have a thousand of them. */
const longest = 512;
/** Nobody looks for credentials beyond; what is masked never grows so much shorter that it would be told. */
const longestRead = 16 * longest;

/**
 * For texts of a status, beside conditions, that quote servers: what looks like a credential is masked, white space is made
 * single spaces, and more than 512 characters are cut.
 */
export function toldText(text: string): string {
  const told = maskSecrets(text.slice(0, longestRead)).replaceAll(/\s+/g, ' ').trim();
  // A character beyond the first plane is two units; half of one is no text.
  return told.length <= longest ? told : `${told.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
