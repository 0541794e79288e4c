import { expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../../../test/bed/pki/index.ts';
import { AccessError } from './access-error.ts';
import { parseExecOutput } from './exec-output.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const authority = await createAuthority('ca', new Date(now));
const client = await issueCertificate(authority, { for: 'client', user: 'a', groups: [] }, new Date(now));
const other = await issueCertificate(authority, { for: 'client', user: 'b', groups: [] }, new Date(now));
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const v1 = 'client.authentication.k8s.io/v1';
const credential = (status: unknown, apiVersion = v1): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
const parse = (stdout: string): ReturnType<typeof parseExecOutput> =>
  parseExecOutput(Buffer.from(stdout), v1, "plugin 'x'", now);
const pair = { clientCertificateData: client.cert, clientKeyData: client.key };

test('a token without an end is one that nobody knows the end of (P33)', () => {
  expect(parse(credential({ token: 't0ken' }))).toEqual({
    credential: { token: 't0ken' },
    endsAt: undefined,
  });
});

test.for([
  ['2026-01-01T01:00:00Z', '2026-01-01T01:00:00.000Z'],
  ['2026-01-01T01:00:00.123456789Z', '2026-01-01T01:00:00.123Z'],
  ['2026-01-01T03:00:00+02:00', '2026-01-01T01:00:00.000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
] as const)('the end %s is understood (P34)', ([expirationTimestamp, end]) => {
  const endsAt = Date.parse(end);
  expect(parse(credential({ token: 't', expirationTimestamp }))).toEqual({
    credential: { token: 't', expiresAt: endsAt },
    endsAt,
  });
});

test('a JSON Web Token and a certificate tell their own end, without it being binding', () => {
  const token = `${base64('{}')}.${Buffer.from('{"exp":1790000000}').toString('base64url')}.sig`;
  expect(parse(credential({ token }))).toMatchObject({
    credential: { expiresAt: 1_790_000_000_000 },
    endsAt: undefined,
  });
  expect(parse(credential({ ...pair, token }))).toMatchObject({
    credential: { expiresAt: 1_790_000_000_000 },
  });
  expect(parse(credential(pair))).toEqual({
    credential: {
      certificate: { cert: client.cert, key: client.key },
      expiresAt: Date.parse('2027-01-01T00:00:00Z'),
    },
    endsAt: undefined,
  });
});

test('token and certificate are both used (P29)', () => {
  expect(parse(credential({ ...pair, token: 't' })).credential).toMatchObject({
    token: 't',
    certificate: { cert: client.cert, key: client.key },
  });
});

test.for([
  ['a byte order mark and CRLF', `\ufeff${credential({ token: 't' })}\r\n`],
  ['white space around the token', credential({ token: ' \tt\n' })],
  [
    'null fields',
    credential({ token: 't', clientKeyData: null, clientCertificateData: null, expirationTimestamp: null }),
  ],
  ['empty fields', credential({ token: 't', clientKeyData: '', clientCertificateData: '' })],
  [
    'unknown fields',
    JSON.stringify({
      ...JSON.parse(credential({ token: 't', later: 1 })),
      spec: { interactive: true },
      later: 1,
    }),
  ],
] as const)('%s do no harm (P5, P28)', ([, stdout]) => {
  expect(parse(stdout).credential).toEqual({ token: 't' });
});

const secret = 's3cret-token';

test.for([
  ['nothing', '', 'PluginOutputInvalid', "plugin 'x' printed nothing"],
  ['white space', ' \n', 'PluginOutputInvalid', 'printed nothing'],
  ['broken JSON', `{"token":${secret}`, 'PluginOutputInvalid', 'must be one JSON object'],
  ['an unfinished object', `{"token":"${secret}"`, 'PluginOutputInvalid', 'and is none from offset 23 on'],
  [
    'two documents',
    `${credential({ token: secret })}\n${credential({})}`,
    'PluginOutputInvalid',
    'from offset',
  ],
  ['text after the object', `${credential({ token: secret })} bye`, 'PluginOutputInvalid', 'from offset'],
  ['an array', `["${secret}"]`, 'PluginOutputInvalid', 'the document must be an object, not an array'],
  ['a string', `"${secret}"`, 'PluginOutputInvalid', 'must be an object, not a string'],
  ['null', 'null', 'PluginOutputInvalid', 'must be an object, not null'],
  ['a number', '7', 'PluginOutputInvalid', 'must be an object, not a number'],
  [
    'another kind',
    JSON.stringify({ kind: secret, apiVersion: v1 }),
    'PluginOutputInvalid',
    "of kind 'ExecCredential'",
  ],
  ['no kind', JSON.stringify({ apiVersion: v1 }), 'PluginOutputInvalid', 'kind is required'],
  [
    'another version',
    credential({ token: secret }, 'client.authentication.k8s.io/v1beta1'),
    'VersionMismatch',
    `is configured to use '${v1}' and answered in 'client.authentication.k8s.io/v1beta1'`,
  ],
  ['another API', credential({ token: secret }, secret), 'VersionMismatch', 'answered in another API'],
  ['no status', credential(undefined), 'CredentialIncomplete', 'gave no status'],
  ['a null status', credential(null), 'CredentialIncomplete', 'gave no status'],
  ['an empty status', credential({}), 'CredentialIncomplete', 'neither a token nor a client certificate'],
  [
    'an empty token',
    credential({ token: ' ' }),
    'CredentialIncomplete',
    'neither a token nor a client certificate',
  ],
  [
    'a certificate without a key',
    credential({ clientCertificateData: client.cert }),
    'CredentialIncomplete',
    'a client certificate without its key',
  ],
  [
    'a key without a certificate',
    credential({ clientKeyData: client.key, token: secret }),
    'CredentialIncomplete',
    'a client key without its certificate',
  ],
  [
    'a key of another certificate',
    credential({ ...pair, clientKeyData: other.key }),
    'CredentialInvalid',
    'the key is not that of the certificate',
  ],
  [
    'base64 of PEM',
    credential({ ...pair, clientCertificateData: base64(client.cert) }),
    'CredentialInvalid',
    'must be PEM text, not base64',
  ],
  [
    'no PEM',
    credential({ ...pair, clientCertificateData: secret }),
    'CredentialInvalid',
    'readable certificate',
  ],
  [
    'a token of two lines',
    credential({ token: `${secret}\nX: y` }),
    'CredentialInvalid',
    'a token with white space',
  ],
  [
    'a token that is no text',
    credential({ token: { secret } }),
    'PluginOutputInvalid',
    'status.token must be a string',
  ],
  [
    'an end that is no time',
    credential({ token: secret, expirationTimestamp: 'tomorrow' }),
    'PluginOutputInvalid',
    'an expirationTimestamp in RFC 3339',
  ],
  [
    'an end that cannot be',
    credential({ token: secret, expirationTimestamp: '2026-13-01T00:00:00Z' }),
    'PluginOutputInvalid',
    'an expirationTimestamp in RFC 3339',
  ],
  [
    'an end that is over',
    credential({ token: secret, expirationTimestamp: '2025-12-31T23:59:59Z' }),
    'ExpiredOnArrival',
    'ended at 2025-12-31T23:59:59.000Z; compare the clock',
  ],
  [
    'an end that is now',
    credential({ token: secret, expirationTimestamp: '2026-01-01T00:00:00Z' }),
    'ExpiredOnArrival',
    'ended at',
  ],
] as const)('%s is refused, and nothing of it told (P1-P4, P20-P31)', ([, stdout, kind, problem]) => {
  let caught: unknown;
  try {
    parse(stdout);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(AccessError);
  expect(caught).toMatchObject({ kind, message: expect.stringContaining(problem) });
  expect(String(caught)).not.toContain(secret);
});
