import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutCredential } from './echoed-credential.ts';

const token = 'A1b2/C3d4+E5f6=';

test.each([
  ['as it is', `who is ${token}?`],
  ['in a header', `Authorization: Bearer ${token}`],
  ['in base64', `token ${Buffer.from(token).toString('base64')}`],
  ['in a URL', `https://gw/?access_token=${encodeURIComponent(token)}`],
  ['with escaped slashes', '{"token":"A1b2\\/C3d4+E5f6="}'],
])('a token that is repeated %s is masked', (_what, text) => {
  const told = withoutCredential(text, { token });
  expect(told).toContain('[redacted]');
  for (const part of ['C3d4', 'QzNkN']) expect(told).not.toContain(part);
});

test('a password is masked, by itself and as the header carries it', () => {
  const basic = { username: 'admin', password: 'hunter2hunter2' };
  const header = Buffer.from('admin:hunter2hunter2').toString('base64');
  expect(withoutCredential(`admin said hunter2hunter2, Basic ${header}`, { basic })).toBe(
    'admin said [redacted], Basic [redacted]',
  );
});

test('what is too short to be a secret, and what is no credential, stays', () => {
  expect(withoutCredential('kind: Status', { token: 'kind' })).toBe('kind: Status');
  expect(withoutCredential('kind: Status', {})).toBe('kind: Status');
});

test('no token survives in an error that repeats it, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, unit: 'grapheme-ascii' }), fc.string(), (secret, around) => {
      fc.pre(!'[redacted]'.includes(secret) && !around.includes(secret));
      const told = withoutCredential(`${JSON.stringify({ message: secret })} ${secret}`, { token: secret });
      expect(told.replaceAll('[redacted]', '')).not.toContain(secret);
    }),
  );
});
