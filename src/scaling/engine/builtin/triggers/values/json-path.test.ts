import { describe, expect, it } from 'vitest';
import { JsonPathError, parseJsonPath, valueAt } from './json-path.ts';

const document = {
  name: { first: 'Tom', last: 'Anderson' },
  age: 37,
  children: ['Sara', 'Alex', 'Jack'],
  'fav.movie': 'Deer Hunter',
  none: null,
  friends: [
    { first: 'Dale', last: 'Murphy', age: 44, nets: ['ig', 'fb', 'tw'] },
    { first: 'Roger', last: 'Craig', age: 68, nets: ['fb', 'tw'] },
    { first: 'Jane', last: 'Murphy', age: 47, nets: ['ig', 'tw'] },
  ],
};

describe('a path', () => {
  it.each<[string, unknown]>([
    ['name.last', 'Anderson'],
    ['age', 37],
    ['children', ['Sara', 'Alex', 'Jack']],
    ['children.#', 3],
    ['children.1', 'Alex'],
    ['child*.2', 'Jack'],
    ['c?ildren.0', 'Sara'],
    [String.raw`fav\.movie`, 'Deer Hunter'],
    ['friends.#.first', ['Dale', 'Roger', 'Jane']],
    ['friends.1.last', 'Craig'],
    ['friends.#(last=="Murphy").first', 'Dale'],
    ['friends.#(last=="Murphy")#.first', ['Dale', 'Jane']],
    ['friends.#(age>45)#.last', ['Craig', 'Murphy']],
    ['friends.#(first%"D*").last', 'Murphy'],
    ['friends.#(first!%"D*").last', 'Craig'],
    ['friends.#(nets.#(=="fb"))#.first', ['Dale', 'Roger']],
    ['friends.#(last="Craig").age', 68],
    ['friends.#(last=="Murphy")#', [document.friends[0], document.friends[2]]],
    ['name.middle', undefined],
    ['children.7', undefined],
    ['none', null],
    ['constructor', undefined],
  ])('%s leads to %j', (path, value) => {
    expect(valueAt(parseJsonPath(path), document)).toEqual(value);
  });

  it.each([
    '',
    'a.',
    'a..b',
    '@this',
    'a.@reverse',
    'a|b',
    '{a,b}',
    'friends.#(last=="x"',
    '[a,b]',
    'a.#(x)y',
    'a'.repeat(257),
  ])('%j is refused', (path) => {
    expect(() => parseJsonPath(path)).toThrow(JsonPathError);
  });
});
