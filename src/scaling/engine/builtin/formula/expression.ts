/** A formula as a tree. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  | { readonly kind: 'variable'; readonly name: string }
  /** `#`: what a predicate is asked about. */
  | { readonly kind: 'item' }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | '!'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  /** A function that asks a predicate about each item. */
  | {
      readonly kind: 'search';
      readonly name: SearchName;
      readonly list: Expression;
      readonly predicate: Expression | undefined;
    };

export const binaryOperators = {
  '||': 10,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '<=': 20,
  '>=': 20,
  in: 20,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  // As in the language of KEDA, where it binds more than anything else.
  '??': 500,
} as const;

export type BinaryOperator = keyof typeof binaryOperators;

export const functionNames = [
  'abs',
  'ceil',
  'floor',
  'round',
  'int',
  'float',
  'min',
  'max',
  'sum',
  'mean',
  'median',
  'len',
  'first',
  'last',
] as const;

export type FunctionName = (typeof functionNames)[number];

export const searchNames = ['all', 'any', 'one', 'none', 'count', 'filter', 'map', 'find'] as const;

export type SearchName = (typeof searchNames)[number];
