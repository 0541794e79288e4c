import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Authority,
  createAuthority,
  issueCertificate,
  type KeyPair,
} from '../../../../../../test/bed/pki/index.ts';
import { HttpSource, type HttpTls } from './http-source.ts';
import { isForbiddenAddress } from './guarded-lookup.ts';

const { signal } = new AbortController();
let authority: Authority;
let client: KeyPair;
let server: Server;
let url: URL;

beforeAll(async () => {
  const now = new Date();
  authority = await createAuthority('metrics', now);
  client = await issueCertificate(authority, { for: 'client', user: 'scaler', groups: [] }, now);
  const serving = await issueCertificate(authority, { for: 'server', hosts: ['localhost'] }, now);
  const options = { ...serving, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, ({ socket }, response) => {
    response.end((socket as TLSSocket).authorized ? 'known' : 'unknown');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function get(tls: HttpTls, at = url): Promise<string> {
  const source = new HttpSource({ place: 'triggers[0]', tls });
  try {
    return await source.get(at, (status) => status === 200, signal);
  } finally {
    source.close();
  }
}

describe('a server behind TLS', () => {
  it('is trusted by the authority that is given, and learns who asks', async () => {
    const ca = authority.certificate;
    expect(await get({ ca })).toBe('unknown');
    expect(await get({ ca, cert: client.cert, key: client.key })).toBe('known');
  });

  it('is asked without trust only where that is said', async () => {
    await expect(get({})).rejects.toThrow(
      `triggers[0]: cannot ask ${url.host}: its certificate is not trusted`,
    );
    expect(await get({ isUnsafe: true })).toBe('unknown');
  });

  it('must have the name that it is asked by', async () => {
    const { port } = url;
    await expect(get({ ca: authority.certificate }, new URL(`https://127.0.0.1:${port}/`))).rejects.toThrow(
      'its certificate is for another name',
    );
  });
});

it.each([
  ['169.254.169.254', true],
  ['[fe80::1]', true],
  ['fd00:ec2::254', true],
  ['::ffff:169.254.1.1', true],
  ['169.253.0.1', false],
  ['10.0.0.1', false],
  ['prometheus.monitoring', false],
])('%s is forbidden: %s', (host, isForbidden) => {
  expect(isForbiddenAddress(host)).toBe(isForbidden);
});
