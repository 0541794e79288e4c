import { describe, expect, it } from 'vitest';
import { parseJsonPath } from './json-path.ts';
import { readValue, ValueError, type ValueFormat, type ValueType } from './read-value.ts';

const number: ValueFormat = { format: 'number' };
const json = (path: string): ValueFormat => ({ format: 'json', path: parseJsonPath(path) });
const yaml = (path: string): ValueFormat => ({ format: 'yaml', path });

describe('reading a value', () => {
  it.each<[string, ValueFormat, ValueType, number]>([
    ['20', number, 'float64', 20],
    ['20abc', number, 'float64', 20],
    ['20abc', number, 'int64', 20],
    ['  20', number, 'float64', 20],
    ['7.9', number, 'int64', 7],
    ['-3', number, 'float64', -3],
    ['1e3', number, 'float64', 1000],
    ['100m', number, 'quantity', 0.1],
    ['1Gi', number, 'quantity', 1_073_741_824],
    ['{"a":{"b":[1,{"c":7}]}}', json('a.b.1.c'), 'float64', 7],
    ['{"a":"1500m"}', json('a'), 'float64', 1.5],
    ['{"a":"2k"}', json('a'), 'quantity', 2000],
    ['{"a":7.9}', json('a'), 'int64', 7],
    ['{"a":[1,2,3]}', json('a.#'), 'int64', 3],
    ['a:\n  b:\n  - 5\n  - c: 6.5\n', yaml('a.b.1.c'), 'float64', 6.5],
    ['a: "20abc"', yaml('a'), 'float64', 20],
    ['a: 250m', yaml('a'), 'quantity', 0.25],
    ['a: 250m', yaml('a'), 'float64', 250],
  ])('%j with %o as %s is %d', (text, how, type, value) => {
    expect(readValue(text, how, type)).toBe(value);
  });

  it.each<[string, ValueFormat, ValueType, string]>([
    ['secret', number, 'float64', 'the text is no number'],
    ['', number, 'int64', 'the text is no whole number'],
    ['12x', number, 'quantity', 'the text is no quantity'],
    ['{secret', json('a'), 'float64', 'the text is no JSON'],
    ['{"a":1}', json('b'), 'float64', "nothing is at 'b'"],
    ['{"a":"7"}', json('a'), 'int64', "what is at 'a' is no whole number"],
    ['{"a":{}}', json('a'), 'float64', "what is at 'a' is no number"],
    ['a: [', yaml('a'), 'float64', 'the text is no YAML'],
    ['a: 1', yaml('a.b'), 'float64', "nothing is at 'a.b'"],
    ['a: true', yaml('a'), 'float64', "what is at 'a' is no number"],
  ])('%j with %o as %s is refused without its text', (text, how, type, message) => {
    expect(() => readValue(text, how, type)).toThrow(ValueError);
    expect(() => readValue(text, how, type)).toThrow(message);
  });
});
