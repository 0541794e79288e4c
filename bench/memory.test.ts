import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { risingNumbers } from './memory.ts';

describe('numbers of spokes', () => {
  it.each([
    ['1', [1]],
    ['100,1000', [100, 1_000]],
    ['1,2,5000', [1, 2, 5_000]],
  ])('%s is %j', (text, numbers) => {
    expect(risingNumbers(text)).toEqual(numbers);
  });

  it.each(['', '0', '5001', '100,100', '1000,100', 'many', '1,', '-1', '1.5'])("'%s' is refused", (text) => {
    expect(() => risingNumbers(text)).toThrow(InvalidArgumentError);
  });
});
