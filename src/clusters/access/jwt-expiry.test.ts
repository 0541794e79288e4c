import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jwtExpiry } from './jwt-expiry.ts';

const jwt = (claims: unknown): string =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

test('a JSON Web Token tells when it ends', () => {
  expect(jwtExpiry(jwt({ exp: 1_800_000_000, sub: 'ä' }))).toBe(1_800_000_000_000);
});

test.for([
  [jwt({})],
  [jwt(null)],
  [jwt({ exp: '1' })],
  [jwt({ exp: -1 })],
  ['opaque'],
  ['a.b.c'],
  ['a.b.c.d'],
  [''],
])('%s tells nothing', ([token]) => {
  expect(jwtExpiry(token ?? '')).toBeUndefined();
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(() => jwtExpiry(`${a}.${b}.x`)).not.toThrow();
    }),
  );
});
