/** The number that a text begins with, after blanks, as Go's Sscanf reads `%f`: `20abc` is 20. Undefined where there is none. */
export function leadingFloat(text: string): number | undefined {
  const match = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text);
  return finite(match?.[1]);
}

/** The whole number that a text begins with, as Go's Sscanf reads `%d`: `7.9` is 7. Undefined where there is none. */
export function leadingInteger(text: string): number | undefined {
  return finite(/^\s*([+-]?\d+)/.exec(text)?.[1]);
}

function finite(text: string | undefined): number | undefined {
  const number = text === undefined ? undefined : Number(text);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}
