import { expect, it } from 'vitest';
import { minutes } from './minutes.ts';

it.each([
  [0, '0m 00s'],
  [59_600, '1m 00s'],
  [365_000, '6m 05s'],
  [5_400_000, '90m 00s'],
])('%d ms are %s', (milliseconds, text) => {
  expect(minutes(milliseconds)).toBe(text);
});
