import { expect, test } from 'vitest';
import { type Endpoint, endpointFingerprint } from './endpoint.ts';

const endpoint: Endpoint = { server: 'https://a', certificateAuthority: 'ca' };

test('equal endpoints have equal fingerprints, whatever is left out or ordered otherwise', () => {
  const same: Endpoint = {
    insecureSkipTlsVerify: false,
    proxyUrl: undefined,
    certificateAuthority: 'ca',
    server: 'https://a',
  };
  expect(endpointFingerprint(same)).toBe(endpointFingerprint(endpoint));
});

test.each([
  { server: 'https://b' },
  { certificateAuthority: 'other' },
  { tlsServerName: 'name' },
  { insecureSkipTlsVerify: true },
  { proxyUrl: 'http://proxy' },
  { disableCompression: true },
])('%j makes another endpoint', (change) => {
  expect(endpointFingerprint({ ...endpoint, ...change })).not.toBe(endpointFingerprint(endpoint));
});

test('a fingerprint holds nothing of the endpoint, whose proxy URL may hold a password', () => {
  expect(endpointFingerprint({ ...endpoint, proxyUrl: 'http://u:secret@proxy' })).toMatch(/^[0-9a-f]{64}$/);
});
