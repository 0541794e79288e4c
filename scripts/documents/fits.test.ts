import { expect, test } from 'vitest';
import { misfit } from './fits.ts';

test.for([
  ['the same', 'a b\n', 'a b\n'],
  ['columns of other widths', 'NAME READY\nab 1', 'NAME   READY\nab     1  \n'],
  ['something within a line', 'pod/… created (…)', 'pod/x-1 created (now)\n'],
  ['nothing within a line', 'pod…', 'pod\n'],
  ['lines in between', 'a\n…\nz', 'a\nb\nc\nz\n'],
  ['no lines in between', 'a\n…\nz', 'a\nz\n'],
  ['lines at the end', 'a\n…', 'a\nb\n'],
  ['progress on a slow machine', 'a\nz', 'Asking the hub: 0 of 1 done, 2s; waiting for hub\na\nz\n'],
  ['signs of regular expressions', '[a] (1.5%) *', '[a] (1.5%) *\n'],
] as const)('%s fits', ([, promised, output]) => {
  expect(misfit(promised, output)).toBeUndefined();
});

test.for([
  ['another word', 'a', 'b'],
  ['a line more', 'a', 'a\nb'],
  ['a line less', 'a\nb', 'a'],
  ['something that spans lines', 'a…z', 'a\nz'],
  ['a sign in place of any', 'a.c', 'abc'],
  ['nothing', 'a', ''],
] as const)('%s does not fit', ([, promised, output]) => {
  expect(misfit(promised, output)).toBe(`promised:\n${promised}\nprinted:\n${output}`);
});
