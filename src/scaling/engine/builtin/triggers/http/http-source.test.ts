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
  const source = new HttpSource({ place: 'triggers[0]', tls, reach: { allowsLoopback: true } });
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
  ['64:ff9b::a9fe:a9fe', true],
  ['100.100.100.200', true],
  ['168.63.129.16', true],
  ['192.0.0.192', true],
  ['127.0.0.1', true],
  ['::ffff:127.8.0.1', true],
  ['[::1]', true],
  ['0.0.0.0', true],
  ['[::]', true],
  ['64:ff9b::7f00:1', true],
  ['64:ff9b::a00:1', false],
  ['169.253.0.1', false],
  ['10.0.0.1', false],
  ['prometheus.monitoring', false],
])('%s is forbidden: %s', (host, isForbidden) => {
  expect(isForbiddenAddress(host, { allowsLoopback: false })).toBe(isForbidden);
});

it.each([
  ['127.0.0.1', false],
  ['[::1]', false],
  ['169.254.169.254', true],
])('%s is forbidden where this machine may be asked: %s', (host, isForbidden) => {
  expect(isForbiddenAddress(host, { allowsLoopback: true })).toBe(isForbidden);
});

it.each(['localhost', '127.0.0.1', '2130706433'])('%s is not asked unless it is allowed', async (host) => {
  const source = new HttpSource({
    place: 'triggers[0]',
    tls: { isUnsafe: true },
    reach: { allowsLoopback: false },
  });
  const asked = source.get(new URL(`https://${host}:${url.port}/`), () => true, signal);
  await expect(asked).rejects.toThrow('--allow-loopback-triggers');
  source.close();
});
