import {
  type BinaryOperator,
  binaryOperators,
  type Expression,
  type FunctionName,
  functionNames,
  type SearchName,
  searchNames,
} from './expression.ts';
import { FormulaError } from './formula-error.ts';
import { type Token, tokensOf } from './tokens.ts';

const longest = 4_096;
const deepest = 100;

/**
 * Reads a formula in the part of the Expr language that formulas over numbers use: arithmetic, comparisons, `and`, `or`,
 * `not`, `? :`, `??`, lists, and functions, some of them with predicates such as `count([a, b], {# > 1})`. Throws
 * FormulaError for anything else, and for names that `variables` does not have.
 */
export function parseFormula(text: string, variables: ReadonlySet<string>): Expression {
  if (text.length > longest) throw new FormulaError(`a formula may have ${longest} characters`);
  return new Parser(tokensOf(text), variables).whole();
}

const synonyms: Readonly<Record<string, BinaryOperator>> = { or: '||', and: '&&', '^': '**' };
const unaryPrecedence = { '!': 50, '-': 90, '+': 90 } as const;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #variables: ReadonlySet<string>;
  #at = 0;
  #depth = 0;
  #predicates = 0;

  constructor(tokens: readonly Token[], variables: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  whole(): Expression {
    const expression = this.#choice();
    if (this.#next.kind !== 'end') throw this.#unexpected();
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', at: 0 };
  }

  #choice(): Expression {
    if (++this.#depth > deepest) throw new FormulaError(`a formula may be nested ${deepest} deep`);
    let expression = this.#binary(0);
    if (this.#takes('?')) {
      const yes = this.#choice();
      this.#expect(':');
      expression = { kind: 'choice', condition: expression, yes, no: this.#choice() };
    }
    this.#depth--;
    return expression;
  }

  #binary(least: number): Expression {
    if (++this.#depth > deepest) throw new FormulaError(`a formula may be nested ${deepest} deep`);
    let left = this.#unary();
    for (;;) {
      const found = this.#operator();
      if (found === undefined || binaryOperators[found.operator] < least) break;
      const { operator, isNegated } = found;
      this.#at += isNegated ? 2 : 1;
      const precedence = binaryOperators[operator];
      const right = this.#binary(operator === '**' ? precedence : precedence + 1);
      left = { kind: 'binary', operator, left, right };
      if (isNegated) left = { kind: 'unary', operator: '!', operand: left };
    }
    this.#depth--;
    return left;
  }

  #operator(): { readonly operator: BinaryOperator; readonly isNegated: boolean } | undefined {
    const token = this.#next;
    if (token.kind !== 'sign' && token.kind !== 'name') return undefined;
    const after = this.#tokens[this.#at + 1];
    if (token.text === 'not' && after?.kind === 'name' && after.text === 'in')
      return { operator: 'in', isNegated: true };
    const operator = synonyms[token.text] ?? token.text;
    return Object.hasOwn(binaryOperators, operator)
      ? { operator: operator as BinaryOperator, isNegated: false }
      : undefined;
  }

  #unary(): Expression {
    const token = this.#next;
    const sign =
      token.kind === 'name' && token.text === 'not' ? '!' : token.kind === 'sign' ? token.text : '';
    if (sign !== '!' && sign !== '-' && sign !== '+') return this.#primary();
    this.#at++;
    return { kind: 'unary', operator: sign, operand: this.#binary(unaryPrecedence[sign]) };
  }

  #primary(): Expression {
    const token = this.#next;
    if (token.kind === 'number') {
      this.#at++;
      return { kind: 'literal', value: token.value };
    }
    if (token.kind === 'name') return this.#named(token.text);
    if (this.#takes('(')) {
      const inner = this.#choice();
      this.#expect(')');
      return inner;
    }
    if (this.#takes('[')) return { kind: 'list', items: this.#listed(']') };
    if (this.#predicates > 0 && this.#takes('#')) return { kind: 'item' };
    throw this.#unexpected();
  }

  #named(name: string): Expression {
    this.#at++;
    if (Object.hasOwn(literals, name)) return { kind: 'literal', value: literals[name] ?? null };
    if (!this.#takes('(')) {
      if (this.#variables.has(name)) return { kind: 'variable', name };
      throw new FormulaError(`'${name}' is the name of no trigger`);
    }
    if ((functionNames as readonly string[]).includes(name))
      return { kind: 'call', name: name as FunctionName, args: this.#listed(')') };
    if (!(searchNames as readonly string[]).includes(name))
      throw new FormulaError(
        `there is no function '${name}'; there are ${[...functionNames, ...searchNames].join(', ')}`,
      );
    const list = this.#choice();
    const predicate = this.#takes(',') ? this.#predicate() : undefined;
    this.#expect(')');
    if (predicate === undefined && name !== 'count')
      throw new FormulaError(`'${name}' needs a predicate, such as ${name}([a, b], {# > 1})`);
    return { kind: 'search', name: name as SearchName, list, predicate };
  }

  #predicate(): Expression {
    this.#predicates++;
    const isBraced = this.#takes('{');
    const predicate = this.#choice();
    if (isBraced) this.#expect('}');
    this.#predicates--;
    return predicate;
  }

  #listed(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#takes(end)) {
      if (items.length > 0) {
        this.#expect(',');
        if (this.#takes(end)) break;
      }
      items.push(this.#choice());
    }
    return items;
  }

  #takes(sign: string): boolean {
    const token = this.#next;
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#unexpected(` where '${sign}' should be`);
  }

  #unexpected(instead = ''): FormulaError {
    const token = this.#next;
    if (token.kind === 'end')
      return new FormulaError(`the formula ends too early${instead === '' ? '' : `,${instead}`}`);
    const text = token.kind === 'number' ? String(token.value) : token.text;
    return new FormulaError(
      `'${text}' at position ${token.at + 1} is not understood${instead === '' ? '' : `,${instead}`}`,
    );
  }
}

const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, nil: null };
