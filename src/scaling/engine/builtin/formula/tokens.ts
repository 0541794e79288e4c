import { FormulaError } from './formula-error.ts';

export type Token = { readonly at: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly text: string }
  /** Operators, brackets, commas. */
  | { readonly kind: 'sign'; readonly text: string }
  | { readonly kind: 'end' }
);

const pattern =
  /\s*(?:(0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|([A-Za-z_$][\w$]*)|(\*\*|\?\?|\?\.|&&|\|\||==|!=|<=|>=|[-+*/%^<>!?:,()[\]{}#]))/y;

/** Splits a formula into its words; the last token is the end. Throws FormulaError. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      const place = at + text.slice(at).search(/\S/);
      throw new FormulaError(
        `'${text[place] ?? ''}' at position ${place + 1} is not understood; there are numbers, names of triggers, operators and functions`,
      );
    }
    const [whole, number, name, sign] = match;
    const place = at + whole.search(/\S/);
    if (number !== undefined)
      tokens.push({ kind: 'number', at: place, value: Number(number.replaceAll('_', '')) });
    else if (name !== undefined) tokens.push({ kind: 'name', at: place, text: name });
    else tokens.push({ kind: 'sign', at: place, text: sign ?? '' });
    at += whole.length;
  }
  return [...tokens, { kind: 'end', at: text.length }];
}
