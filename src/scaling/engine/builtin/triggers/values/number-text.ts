/** Longer texts are no numbers that anybody writes. */
export const longestNumber = 100;

/** Whether a text is a number as people write it: digits, with a fraction and an exponent or without. */
export function isNumberText(text: string): boolean {
  return text.length <= longestNumber && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}
