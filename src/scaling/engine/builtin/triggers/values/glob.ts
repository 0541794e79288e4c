/** Whether a text matches a pattern with `*`, `?` and backslashes, in time that grows with the product of their lengths. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = partsOf(pattern);
  let [part, at] = [0, 0];
  // Where to go on after one more character for the last `*`.
  let retry: { readonly part: number; at: number } | undefined;
  while (at < text.length) {
    const expected = parts[part];
    if (expected === any) {
      retry = { part: ++part, at };
    } else if (expected !== undefined && (expected === one || expected === text[at])) {
      part++;
      at++;
    } else if (retry === undefined) return false;
    else {
      at = ++retry.at;
      ({ part } = retry);
    }
  }
  while (parts[part] === any) part++;
  return part === parts.length;
}

const any = Symbol('any number of characters');
const one = Symbol('one character');

function partsOf(pattern: string): readonly (string | symbol)[] {
  const parts: (string | symbol)[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') parts.push(any);
    else if (character === '?') parts.push(one);
    else if (character === '\\') parts.push(pattern[++at] ?? '');
    else parts.push(character);
  }
  return parts;
}
