import { expect, test } from 'vitest';
import { microTime } from './micro-time.ts';

test.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [Date.parse('2026-11-21T10:02:11.123Z'), '2026-11-21T10:02:11.123000Z'],
])('%d is %s', (epochMs, text) => {
  expect(microTime(epochMs)).toBe(text);
});
