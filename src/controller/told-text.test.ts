import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toldText } from './told-text.ts';

test('what looks like a credential is masked, and pages become one short line', () => {
  const told = toldText(`denied:\n  Authorization: Bearer abcdefghijklmnop ${'x'.repeat(100_000)}`);
  expect(told).toMatch(/^denied: Authorization: Bearer \[redacted\] x+…$/);
  expect(told).toHaveLength(512);
});

test('a short line is told as it is', () => {
  expect(toldText('It answers, with Kubernetes v1.36.1.')).toBe('It answers, with Kubernetes v1.36.1.');
});

test('it is never longer than that, always whole, and told again the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const told = toldText(text);
      expect(told.length).toBeLessThanOrEqual(512);
      expect(told.isWellFormed() || !text.isWellFormed()).toBe(true);
      expect(toldText(told)).toBe(told);
    }),
  );
});
