import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { namesAlike } from './names-alike.ts';

test.for([
  ['member-a', ['member-a', 'member-b', 'member-bc', 'spoke'], ['member-a', 'member-b', 'member-bc']],
  ['membera', ['member-a'], ['member-a']],
  ['ab', ['ba', 'cd', 'xyz'], ['ba', 'cd']],
  ['a', ['d', 'c', 'b', 'e'], ['b', 'c', 'd']],
  ['', ['a'], []],
  ['long-name', ['name'], []],
] as const)('%s is like some of %j', ([name, names, alike]) => {
  expect(namesAlike(name, names)).toEqual(alike);
});

test('a letter more, less or other is always found', () => {
  const word = fc.stringMatching(/^[a-z]{3,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), (name, at) => {
      const i = at % name.length;
      const wrong = [
        `${name.slice(0, i)}z${name.slice(i)}`,
        `${name.slice(0, i)}${name.slice(i + 1)}`,
        `${name.slice(0, i)}0${name.slice(i + 1)}`,
      ];
      for (const other of wrong) expect(namesAlike(other, [name])).toEqual([name]);
    }),
  );
});
