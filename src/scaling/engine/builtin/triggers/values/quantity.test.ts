import { expect, it } from 'vitest';
import { parseQuantity } from './quantity.ts';

it.each<[string, number | undefined]>([
  ['0', 0],
  ['1', 1],
  ['100m', 0.1],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['-2', -2],
  ['+2', 2],
  ['3k', 3_000],
  ['2Ki', 2_048],
  ['1.5Gi', 1_610_612_736],
  ['1e3', 1_000],
  ['1E-2', 0.01],
  ['1E', 1e18],
  ['250u', 0.00025],
  ['', undefined],
  ['abc', undefined],
  ['1 Gi', undefined],
  ['1KiB', undefined],
  ['20abc', undefined],
  ['1'.repeat(100), Number('1'.repeat(100))],
  ['1'.repeat(101), undefined],
])('%j is %s', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});
