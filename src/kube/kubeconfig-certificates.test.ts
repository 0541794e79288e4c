import { expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../../test/bed/pki/index.ts';
import {
  certificateBundle,
  certificateBundleFromPem,
  certificatePair,
  decodeBase64,
} from './kubeconfig-certificates.ts';

const now = new Date('2026-01-01T00:00:00Z');
const inAYear = Date.parse('2027-01-01T00:00:00Z');
const authority = await createAuthority('ca', now);
const older = await createAuthority('older', new Date('2025-01-01T00:00:00Z'));
const leaf = await issueCertificate(authority, { for: 'server', hosts: ['localhost'] }, now);
const client = await issueCertificate(authority, { for: 'client', user: 'a', groups: [] }, now);
const stranger = await issueCertificate(authority, { for: 'client', user: 'b', groups: [] }, now);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a bundle is the certificates in it and the first of their ends', () => {
  const both = authority.certificate + older.certificate;
  expect(certificateBundle(base64(both))).toEqual({
    pem: both,
    expiresAt: Date.parse('2026-01-01T00:00:00Z'),
    doubleEncoded: false,
  });
});

test('a leaf, and a leaf with its authority, are bundles too', () => {
  expect(certificateBundle(base64(leaf.cert))).toMatchObject({ pem: leaf.cert, expiresAt: inAYear });
  expect(certificateBundle(base64(leaf.cert + authority.certificate))).toMatchObject({
    pem: leaf.cert + authority.certificate,
  });
});

test('base64 of base64 is read, and told of', () => {
  expect(certificateBundle(base64(base64(authority.certificate)))).toEqual({
    pem: authority.certificate,
    expiresAt: inAYear,
    doubleEncoded: true,
  });
});

test('base64 may be broken into lines', () => {
  const lines = base64(authority.certificate).replaceAll(/(.{64})/g, '$1\n');
  expect(certificateBundle(lines)).toMatchObject({ pem: authority.certificate });
});

test('what is no certificate is left out as long as there is one', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const text = `# our CA\n${broken}${client.key}${authority.certificate}`;
  expect(certificateBundleFromPem(text)).toMatchObject({ pem: authority.certificate });
});

test.for([
  ['%%%', 'must be base64'],
  ['YWJj', 'at least one readable certificate'],
  [base64(client.key), 'at least one readable certificate'],
  [base64(base64('-----BEGIN NOTHING')), 'at least one readable certificate'],
  ['LS0tLS1CRUdJTi%', 'must be base64'],
  [base64(`${authority.certificate}${'x'.repeat(1 << 20)}`), 'larger than 1 MiB'],
] as const)('certificate-authority-data %s is refused', ([data, problem]) => {
  expect(certificateBundle(data)).toHaveProperty('problem', expect.stringContaining(problem));
});

test('a certificate and its own key are a pair', () => {
  expect(certificatePair(client.cert, client.key)).toEqual({ expiresAt: inAYear });
  expect(certificatePair(client.cert + authority.certificate, client.key)).toEqual({ expiresAt: inAYear });
});

test.for([
  ['the key of another', client.cert, stranger.key, 'not that of the certificate'],
  ['base64 in place of PEM', base64(client.cert), client.key, 'not base64 of PEM'],
  ['a key in base64', client.cert, base64(client.key), 'not base64 of PEM'],
  ['garbage for a certificate', 'x', client.key, 'readable certificate'],
  ['garbage for a key', client.cert, 'x', 'readable private key'],
] as const)('%s is no pair', ([, cert, key, problem]) => {
  expect(certificatePair(cert, key)).toHaveProperty('problem', expect.stringContaining(problem));
});

test.for(['a', 'YQ', 'YQ==x', 'ä', '='])('%s is not base64', (text) => {
  expect(decodeBase64(text)).toBeUndefined();
});
