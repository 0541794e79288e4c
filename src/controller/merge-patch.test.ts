import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergePatch } from './merge-patch.ts';
import { applyMergePatch } from '../../test/support/apply-merge-patch.ts';

test.each([
  ['the order of keys', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }],
  ['members that are undefined', { a: 1, c: {} }, { a: 1, b: undefined, c: { d: undefined } }],
  ['equal lists', { a: [{ b: 1 }] }, { a: [{ b: 1, c: undefined }] }],
  ['nothing at all', undefined, undefined],
])('%s makes no difference', (_what, from, to) => {
  expect(mergePatch(from, to)).toBeUndefined();
});

test.each([
  [
    'changed and removed members',
    { a: 1, b: 2, c: { d: 3, e: 4 } },
    { a: 9, c: { d: 3 } },
    { a: 9, b: null, c: { e: null } },
  ],
  ['a list as a whole', { a: [1, 2], b: 1 }, { a: [1, 3], b: 1 }, { a: [1, 3] }],
  ['a first value', undefined, { a: 1 }, { a: 1 }],
  ['another type', { a: [1] }, { a: { b: 1 } }, { a: { b: 1 } }],
])('the patch has %s and nothing else', (_what, from, to, patch) => {
  expect(mergePatch(from, to)).toEqual(patch);
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(0, 1, 'x', true),
    fc.array(tie('value'), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'toString', '__proto__'), tie('value'), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
})).object;

test('applied to the first, the patch gives the second, and there is none only where both are equal', () => {
  fc.assert(
    fc.property(json, json, (from, to) => {
      const patch = mergePatch(from, to);
      const result = patch === undefined ? from : applyMergePatch(from, patch);
      expect(JSON.parse(JSON.stringify(result))).toEqual(JSON.parse(JSON.stringify(to)));
    }),
    { numRuns: 500 },
  );
});
