import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const pemBody = Buffer.alloc(120, 'a private key').toString('base64');
const pem = (kind: string): string => `-----BEGIN ${kind}-----\n${pemBody}\n-----END ${kind}-----`;
const jwt = [{ alg: 'RS256', kid: 'x' }, { sub: 'system:serviceaccount:a:b' }, 'some signature']
  .map(base64url)
  .join('.');

describe('masks', () => {
  test.each([
    ['a JSON Web Token', `token ${jwt} refused`, 'token [redacted] refused'],
    ['one without signature', `${base64url({ alg: 'none' })}.${base64url({ sub: 'me' })}.`, '[redacted]'],
    ['one inside quotes', `{"token":"${jwt}"}`, '{"token":"[redacted]"}'],
    [
      'an encrypted one',
      `${base64url({ alg: 'dir' })}..${base64url('vector 1')}.${base64url('ciphertext')}.dGFn`,
      '[redacted]',
    ],
    ['another signed token', `AbcdefGhijklmnop1.abcdefghijklmnop2.abcdefghijklmnop3 end`, '[redacted] end'],
    ['an EKS token', `got k8s-aws-v1.aHR0cHM6Ly9zdHM_LWV1 back`, 'got [redacted] back'],
    ['a Google access token', 'ya29.a0AfH6SMBx-yz_1 expired', '[redacted] expired'],
    ['a bearer header', 'Authorization: Bearer abc.DEF-123~x+/==', 'Authorization: Bearer [redacted]'],
    ['a lower-case bearer header', 'authorization: bearer sha256~abcdef', 'authorization: bearer [redacted]'],
    ['basic credentials', 'Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['a private key', `before ${pem('PRIVATE KEY')} after`, 'before [redacted] after'],
    ['an RSA key', pem('RSA PRIVATE KEY'), '[redacted]'],
    ['a key that was cut off', `error: ${pem('EC PRIVATE KEY').slice(0, 90)}`, 'error: [redacted]'],
    ['two keys apart', `${pem('PRIVATE KEY')} and ${pem('PRIVATE KEY')}`, '[redacted] and [redacted]'],
    [
      'a key in base64',
      `client-key-data: ${Buffer.from(pem('PRIVATE KEY')).toString('base64')}`,
      'client-key-data: [redacted]',
    ],
    [
      'a password in a URL',
      'proxy http://user:s3cret@proxy:3128/ is down',
      'proxy http://[redacted]@proxy:3128/ is down',
    ],
  ])('%s', (_what, text, expected) => {
    expect(maskSecrets(text)).toBe(expected);
  });
});

describe('leaves alone', () => {
  test.each([
    'knative-operator.knative.dev.operator.pkg.reconciler.knativeserving.reconciler.00-of-01',
    'a-rather-long-service-name.some-rather-long-namespace.svc.cluster.local',
    'https://eyeglasses-example.shop.example:6443/api/v1',
    'knativeservings.operator.knative.dev "knative" not found',
    '2026-11-21T10:02:11.123456Z v1.34.0-alpha.1+0123456789abcdef',
    pem('CERTIFICATE'),
    'basic authentication is not supported',
  ])('%s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});

test('a masked line of JSON is still JSON, and no token survives in it', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom(jwt, pem('PRIVATE KEY'), `Bearer ${jwt}`, pem('PRIVATE KEY').slice(0, 80)),
      fc.string(),
      (before, secret, after) => {
        const line = maskSecrets(JSON.stringify({ msg: `${before} ${secret} ${after}`, level: 30 }));
        expect(JSON.parse(line)).toMatchObject({ level: 30 });
        expect(line).not.toContain(jwt);
        expect(line).not.toContain(pemBody.slice(0, 20));
      },
    ),
  );
});

test('masking twice changes nothing more', () => {
  const once = maskSecrets(`Bearer ${jwt} http://a:b@c ${pem('PRIVATE KEY')}`);
  expect(maskSecrets(once)).toBe(once);
});

test.each(['a-', 'a.', 'A', 'Bearer ', '://', 'ey', '-----BEGIN PRIVATE '])(
  'a megabyte of %j is read in linear time',
  (part) => {
    expect(maskSecrets(part.repeat(1_000_000 / part.length))).not.toBe('');
  },
);
