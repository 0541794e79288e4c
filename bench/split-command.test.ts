import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCommand } from './split-command.ts';

describe('a command line without a shell', () => {
  it.each([
    ['/ref/operator', ['/ref/operator']],
    [' /ref/operator  --v=2\t-x ', ['/ref/operator', '--v=2', '-x']],
    [`"/my refs/operator" --note='a "b" c'`, ['/my refs/operator', '--note=a "b" c']],
    [`a'b'"c"d`, ['abcd']],
    ["x ''", ['x', '']],
    ['$HOME/*; rm', ['$HOME/*;', 'rm']],
  ])('%s is %j', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });

  it.each(['', '   ', `'a`, `a "b`])("'%s' is refused", (text) => {
    expect(() => splitCommand(text)).toThrow(SyntaxError);
  });

  it('gives back words that were quoted', () => {
    const words = fc.array(
      fc.string().filter((word) => !word.includes("'")),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (list) => {
        expect(splitCommand(list.map((word) => `'${word}'`).join(' '))).toEqual(list);
      }),
    );
  });
});
