/**
 * The one copy of a text that V8 keeps of all that are equal, for as long as somebody uses it: it keeps the names of
 * properties that way. For the keys and names that are the same on every cluster of a fleet.
 */
export function interned(text: string): string {
  names[text] = true;
  delete names[text];
  return text;
}

/** Without a prototype it is a dictionary from the start, and forgets what is deleted. */
const names = Object.create(null) as Record<string, true>;
