import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { FormulaError } from './formula-error.ts';
import { parseFormula } from './parse-formula.ts';

const variables = new Map<string, number | null>([
  ['a', 2],
  ['b', 3],
  ['trig_one', 10],
  ['gone', null],
]);
const names = new Set(variables.keys());

function resultOf(formula: string): number | null {
  return evaluate(parseFormula(formula, names), variables);
}

describe('a formula', () => {
  it.each<[string, number | null]>([
    ['a + b', 5],
    ['a + b * 2', 8],
    ['(a + b) * 2', 10],
    ['a - b - 1', -2],
    ['2 ** 3 ** 2', 512],
    ['2 ^ 3', 8],
    ['-2 ** 2', -4],
    ['trig_one / 4', 2.5],
    ['int(trig_one) % 4', 2],
    ['a > 2 ? a + b : 1', 1],
    ['a >= 2 and b < 4 ? 7 : 1', 7],
    ['not (a == 2) ? 7 : 1', 1],
    ['!(a != 2) || b > 9 ? 7 : 1', 7],
    ['a > 5 ? 1 : b > 5 ? 2 : 3', 3],
    ['count([a, b, trig_one], {# > 2}) > 1 ? 5 : 0', 5],
    ['count([a, b], # > 2)', 1],
    ['sum([a, b, trig_one])', 15],
    ['max([a, b], trig_one)', 10],
    ['min(a, b)', 2],
    ['mean([a, b])', 2.5],
    ['median([a, b, trig_one])', 3],
    ['sum(filter([a, b, trig_one], {# >= 3}))', 13],
    ['sum(map([a, b], {# * # + 1}))', 15],
    ['all([a, b], {# > 1}) ? len([a, b]) : 0', 2],
    ['a in [1, 2] ? 1 : 0', 1],
    ['a not in [1, 2] ? 1 : 0', 0],
    ['ceil(2.1) + floor(2.9) + round(-2.5) + abs(-1)', 3],
    ['1_000 + 0x10 + 1.5e1', 1_031],
    ['gone ?? 7', 7],
    ['gone ?? b + 1', 4],
    ['float(gone ?? a)', 2],
    ['gone', null],
    ['gone ?? nil', null],
    ['gone == nil ? a : b', 2],
  ])('%s is %s', (formula, value) => {
    expect(resultOf(formula)).toBe(value);
  });

  it.each([
    ['', 'the formula ends too early'],
    ['a +', 'the formula ends too early'],
    ['a b', "'b' at position 3 is not understood"],
    ['(a', "where ')' should be"],
    ['unknown + 1', "'unknown' is the name of no trigger"],
    ['"a" + 1', `'"' at position 1 is not understood`],
    ['let x = 1; x', "'=' at position 7"],
    ['toJSON(a)', "there is no function 'toJSON'"],
    ['any([a])', "'any' needs a predicate"],
    ['#', "'#' at position 1"],
    ['a > 1', 'the formula needs a number and got true or false'],
    ['gone + 1', '+ needs a number and got nil'],
    ['[a]', 'the formula needs a number and got a list'],
    ['a / 0', 'no finite number'],
    ['2.5 % 2', '% takes whole numbers'],
    ['a ? 1 : 2', '? : needs true or false and got a number'],
    ['('.repeat(200), 'nested'],
    ['-'.repeat(200) + 'a', 'nested'],
    [' '.repeat(5_000), 'characters'],
  ])('%j is an error that says why', (formula, message) => {
    expect(() => resultOf(formula)).toThrow(FormulaError);
    expect(() => resultOf(formula)).toThrow(message);
  });

  /** Items that double with every level, and are shared: a list of 8 to the power of 15 that takes no room. */
  const lists = nested(15, (inner) => `map([${inner}],{[#,#,#,#,#,#,#,#]})`);

  it.each([
    ['predicates within predicates', nested(24, (inner) => `count([1,1,1,1,1,1,1,1],{${inner} > 0})`)],
    ['numbers of lists within lists', `sum(${lists})`],
    ['comparisons of lists within lists', `${lists} == ${lists} ? 1 : 2`],
    ['a search in lists within lists', `${lists} in [${lists}] ? 1 : 2`],
  ])('ends where it is too much work: %s', (_what, formula) => {
    expect(() => resultOf(formula)).toThrow('it takes more than 10000 steps to work out');
  });
});

function nested(levels: number, around: (inner: string) => string): string {
  let formula = '1';
  for (let level = 0; level < levels; level++) formula = around(formula);
  return formula;
}
