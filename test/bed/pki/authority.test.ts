import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createAuthority, issueCertificate } from './authority.ts';

const now = new Date();

test('an authority is a self-signed certificate that may sign others', async () => {
  const authority = await createAuthority('bed', now);
  const certificate = new X509Certificate(authority.certificate);
  expect(certificate.ca).toBe(true);
  expect(certificate.subject).toBe('CN=bed');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test('a client certificate names user and groups, belongs to its key, and is signed by its authority only', async () => {
  const authority = await createAuthority('bed', now);
  const other = new X509Certificate((await createAuthority('bed', now)).certificate);
  const pair = await issueCertificate(
    authority,
    { for: 'client', user: 'jane, doe+x', groups: ['devs', 'system:masters'] },
    now,
  );
  const certificate = new X509Certificate(pair.cert);
  expect(certificate.subject).toBe('O=devs\nO=system:masters\nCN=jane\\, doe\\+x');
  expect(certificate.ca).toBe(false);
  expect(certificate.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  expect(certificate.verify(other.publicKey)).toBe(false);
});

test('a certificate is valid from an hour ago for a year', async () => {
  const at = new Date('2030-06-01T12:00:00Z');
  const authority = await createAuthority('bed', at);
  const pair = await issueCertificate(authority, { for: 'server', hosts: ['localhost'] }, at);
  for (const text of [authority.certificate, pair.cert]) {
    const certificate = new X509Certificate(text);
    expect(certificate.validFromDate).toEqual(new Date('2030-06-01T11:00:00Z'));
    expect(certificate.validToDate).toEqual(new Date('2031-06-01T12:00:00Z'));
  }
});

test('a certificate serves exactly the hosts it was issued for', async () => {
  const authority = await createAuthority('bed', now);
  const pair = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1', 'localhost'] }, now);
  const certificate = new X509Certificate(pair.cert);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkHost('kube-apiserver')).toBeUndefined();
});

test('client and server believe each other when both know the authority, and refuse strangers', async () => {
  const authority = await createAuthority('bed', now);
  const stranger = await createAuthority('bed', now);
  const server = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, now);
  const client = await issueCertificate(authority, { for: 'client', user: 'admin', groups: [] }, now);
  const listener = createServer({
    ...server,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  listener.on('secureConnection', (socket: TLSSocket) =>
    socket.end(String(socket.getPeerCertificate().subject.CN)),
  );
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;

  try {
    const good = connect({ host: '127.0.0.1', port, ca: authority.certificate, ...client });
    expect(String((await once(good, 'data'))[0])).toBe('admin');
    const bad = connect({ host: '127.0.0.1', port, ca: stranger.certificate, ...client });
    await expect(once(bad, 'secureConnect')).rejects.toThrow(/certificate|signature/);
  } finally {
    listener.close();
  }
});
