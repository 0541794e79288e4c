import { Budget } from './budget.ts';
import type { BinaryOperator, Expression, FunctionName, SearchName } from './expression.ts';
import { FormulaError } from './formula-error.ts';

type Value = number | boolean | null | readonly Value[];

/**
 * What a formula comes to: a number, or null where that is what it says. A variable is null where its trigger has no
 * value. Throws FormulaError where operands do not fit, where it is too much work, and for a result that is no finite number.
 */
export function evaluate(formula: Expression, variables: ReadonlyMap<string, number | null>): number | null {
  const result = valueOf(formula, { variables, item: null, budget: new Budget() });
  if (result === null) return null;
  return finite(numberOf(result, 'the formula'));
}

interface Scope {
  readonly variables: ReadonlyMap<string, number | null>;
  readonly item: Value;
  readonly budget: Budget;
}

function valueOf(expression: Expression, scope: Scope): Value {
  scope.budget.spend();
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'variable':
      return scope.variables.get(expression.name) ?? null;
    case 'item':
      return scope.item;
    case 'list':
      return expression.items.map((item) => valueOf(item, scope));
    case 'unary': {
      const operand = valueOf(expression.operand, scope);
      if (expression.operator === '!') return !booleanOf(operand, 'not');
      const number = numberOf(operand, expression.operator);
      return expression.operator === '-' ? -number : number;
    }
    case 'choice':
      return booleanOf(valueOf(expression.condition, scope), '? :')
        ? valueOf(expression.yes, scope)
        : valueOf(expression.no, scope);
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, scope);
    case 'call':
      return call(
        expression.name,
        expression.args.map((arg) => valueOf(arg, scope)),
        scope.budget,
      );
    case 'search':
      return search(expression.name, listOf(valueOf(expression.list, scope), expression.name), (item) => {
        scope.budget.spend();
        return expression.predicate === undefined ? item : valueOf(expression.predicate, { ...scope, item });
      });
  }
}

function binary(operator: BinaryOperator, left: Expression, right: Expression, scope: Scope): Value {
  const first = valueOf(left, scope);
  // What follows is not always worked out.
  if (operator === '??') return first ?? valueOf(right, scope);
  if (operator === '&&') return booleanOf(first, 'and') && booleanOf(valueOf(right, scope), 'and');
  if (operator === '||') return booleanOf(first, 'or') || booleanOf(valueOf(right, scope), 'or');
  const second = valueOf(right, scope);
  if (operator === '==') return isSame(first, second, scope.budget);
  if (operator === '!=') return !isSame(first, second, scope.budget);
  if (operator === 'in') return listOf(second, 'in').some((item) => isSame(first, item, scope.budget));
  return arithmetic(operator, numberOf(first, operator), numberOf(second, operator));
}

function arithmetic(
  operator: Exclude<BinaryOperator, '??' | '&&' | '||' | '==' | '!=' | 'in'>,
  left: number,
  right: number,
): number | boolean {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      if (!Number.isInteger(left) || !Number.isInteger(right) || right === 0)
        throw new FormulaError('% takes whole numbers, the second other than 0');
      return left % right;
    case '**':
      return left ** right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
  }
}

function call(name: FunctionName, args: readonly Value[], budget: Budget): Value {
  const numbers = (): readonly number[] => numbersOf(name, args, budget);
  switch (name) {
    case 'len':
      return listOf(only(name, args), name).length;
    case 'first':
      return listOf(only(name, args), name)[0] ?? null;
    case 'last':
      return listOf(only(name, args), name).at(-1) ?? null;
    case 'abs':
      return Math.abs(single(name, args));
    case 'ceil':
      return Math.ceil(single(name, args));
    case 'floor':
      return Math.floor(single(name, args));
    case 'round': {
      // Halves go away from zero, as in Go.
      const number = single(name, args);
      return Math.sign(number) * Math.round(Math.abs(number));
    }
    case 'int':
      return Math.trunc(single(name, args));
    case 'float':
      return single(name, args);
    case 'sum':
      return sumOf(numbers());
    case 'min':
      return atLeastOne(name, numbers()).reduce((a, b) => Math.min(a, b));
    case 'max':
      return atLeastOne(name, numbers()).reduce((a, b) => Math.max(a, b));
    case 'mean': {
      const all = numbers();
      return all.length === 0 ? 0 : sumOf(all) / all.length;
    }
    case 'median':
      return median(numbers());
  }
}

function search(name: SearchName, list: readonly Value[], ask: (item: Value) => Value): Value {
  if (name === 'map') return list.map((item) => ask(item));
  const found = list.filter((item) => booleanOf(ask(item), name));
  switch (name) {
    case 'all':
      return found.length === list.length;
    case 'any':
      return found.length > 0;
    case 'one':
      return found.length === 1;
    case 'none':
      return found.length === 0;
    case 'count':
      return found.length;
    case 'filter':
      return found;
    case 'find':
      return found[0] ?? null;
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function isSame(left: Value, right: Value, budget: Budget): boolean {
  budget.spend();
  if (!isList(left) || !isList(right)) return left === right;
  return (
    left.length === right.length && left.every((item, index) => isSame(item, right[index] ?? null, budget))
  );
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function only(name: string, args: readonly Value[]): Value {
  const [arg] = args;
  if (args.length !== 1 || arg === undefined) throw new FormulaError(`${name} takes one argument`);
  return arg;
}

function single(name: string, args: readonly Value[]): number {
  return numberOf(only(name, args), name);
}

function numbersOf(name: string, args: readonly Value[], budget: Budget): number[] {
  return args.flatMap((arg) => {
    budget.spend();
    return isList(arg) ? numbersOf(name, arg, budget) : [numberOf(arg, name)];
  });
}

function atLeastOne(name: string, numbers: readonly number[]): readonly number[] {
  if (numbers.length === 0) throw new FormulaError(`${name} needs a number`);
  return numbers;
}

function numberOf(value: Value, where: string): number {
  if (typeof value === 'number') return value;
  throw new FormulaError(`${where} needs a number and got ${nameOf(value)}`);
}

function booleanOf(value: Value, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new FormulaError(`${where} needs true or false and got ${nameOf(value)}`);
}

function listOf(value: Value, where: string): readonly Value[] {
  if (isList(value)) return value;
  throw new FormulaError(`${where} needs a list and got ${nameOf(value)}`);
}

function nameOf(value: Value): string {
  if (value === null) return 'nil';
  if (isList(value)) return 'a list';
  return typeof value === 'boolean' ? 'true or false' : 'a number';
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new FormulaError('the result is no finite number; a division by zero may be the cause');
}
