import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../../../test/bed/pki/index.ts';
import { KubeconfigError, parseKubeconfig } from '../../kube/index.ts';
import { createServerPolicy } from '../access/index.ts';
import { memberAccess, type MemberAccess } from './member-kubeconfig.ts';

const now = new Date('2026-01-01T00:00:00Z');
const inAYear = Date.parse('2027-01-01T00:00:00Z');
const authority = await createAuthority('ca', now);
const client = await issueCertificate(authority, { for: 'client', user: 'a', groups: [] }, now);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const jwt = (exp: number): string => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;

const root = await mkdtemp(join(tmpdir(), 'members-'));
const outside = await mkdtemp(join(tmpdir(), 'elsewhere-'));
await writeFile(join(root, 'token'), `${jwt(2_000_000_000)}\n`);
await writeFile(join(root, 'ca.crt'), authority.certificate);
await writeFile(join(outside, 'token'), 'planted');
await symlink(join(outside, 'token'), join(root, 'link'));

type Fields = Readonly<Record<string, unknown>>;

interface Parts {
  readonly cluster?: Fields;
  readonly user?: Fields;
  readonly filesBelow?: string;
  readonly policy?: Parameters<typeof createServerPolicy>[0];
}

function read({ cluster = {}, user = { token: 't' }, filesBelow, policy }: Parts): Promise<MemberAccess> {
  const document = {
    'current-context': 'c',
    clusters: [{ name: 'k', cluster: { server: 'https://member:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  };
  const kubeconfig = parseKubeconfig(JSON.stringify(document), {
    source: 'kubeconfig in Secret keda/member-a',
    directory: filesBelow,
  });
  return memberAccess(kubeconfig, { policy: createServerPolicy(policy), filesBelow });
}

test.for([
  ['a token', { token: 't' }, { token: 't' }],
  ['a token that ends', { token: jwt(2_000_000_000) }, { expiresAt: 2_000_000_000_000 }],
  [
    'a certificate',
    { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) },
    { certificate: client, expiresAt: inAYear },
  ],
  ['a password', { username: 'u', password: 'p' }, { basic: { username: 'u', password: 'p' } }],
] as const)('%s is taken, and its end known', async ([, user, credential]) => {
  expect((await read({ user })).credential).toMatchObject(credential);
});

test('what else there is to a server is taken', async () => {
  const { endpoint } = await read({
    cluster: {
      'certificate-authority-data': base64(authority.certificate),
      'tls-server-name': 'kubernetes',
      'proxy-url': 'http://proxy:3128',
    },
  });
  expect(endpoint).toMatchObject({ tlsServerName: 'kubernetes', proxyUrl: 'http://proxy:3128' });
});

test('a password, and TLS that verifies nothing, are told of', async () => {
  const policy = { allowInsecureTls: true };
  const cluster = { 'insecure-skip-tls-verify': true };
  const { warnings } = await read({ cluster, user: { username: 'u', password: 'p' }, policy });
  expect(warnings).toEqual([
    'a user name and a password are deprecated; use a token',
    'the certificate of the server is not verified, because insecure-skip-tls-verify is true',
  ]);
});

const exec = { command: '/x', apiVersion: 'client.authentication.k8s.io/v1' };

test.for([
  [{ user: { exec } }, 'PolicyDenied', 'exec must not be set'],
  [{ user: { 'auth-provider': { name: 'gcp' } } }, 'PolicyDenied', 'auth-provider must not be set'],
  [{ user: { tokenFile: '/etc/passwd' } }, 'PolicyDenied', 'tokenFile must not name a file'],
  [{ user: { 'client-certificate': '/x' } }, 'PolicyDenied', 'client-certificate must not name a file'],
  [{ user: {} }, 'ConfigInvalid', 'its user must have a token or a client certificate'],
  [{ user: { token: 'two words' } }, 'ConfigInvalid', 'characters that no header may have'],
  [
    { cluster: { 'certificate-authority': '/x' } },
    'PolicyDenied',
    'certificate-authority must not name a file',
  ],
  [
    { cluster: { 'insecure-skip-tls-verify': true } },
    'PolicyDenied',
    'insecure-skip-tls-verify must not be true',
  ],
  [{ cluster: { server: 'http://member' } }, 'PolicyDenied', 'must begin with https://'],
  [{ cluster: { server: 'https://169.254.169.254' } }, 'PolicyDenied', 'link-local'],
  [{ cluster: { 'proxy-url': 'http://metadata' } }, 'PolicyDenied', 'proxy-url must not be'],
] as const)('%j is refused as %s', async ([parts, kind, words]) => {
  const error = await read(parts).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(KubeconfigError);
  expect(error).toMatchObject({ kind, message: expect.stringContaining(words) });
  expect(error).toMatchObject({ message: expect.stringContaining('Secret keda/member-a') });
});

test('files below the directory are read', async () => {
  const { credential, endpoint } = await read({
    cluster: { 'certificate-authority': 'ca.crt' },
    user: { tokenFile: join(root, 'token') },
    filesBelow: root,
  });
  expect(credential).toEqual({ token: jwt(2_000_000_000), expiresAt: 2_000_000_000_000 });
  expect(endpoint.certificateAuthority).toBe(authority.certificate);
});

test.for([
  ['elsewhere', join(outside, 'token'), 'must name a file below'],
  ['above', '../x', 'must name a file below'],
  ['beside, with the same beginning', `${root}-not/token`, 'must name a file below'],
  ['behind a link', 'link', 'also where it is a link'],
  ['nowhere', 'missing', 'must name a readable file'],
  ['a directory', '.', 'must name a file below'],
] as const)('a file %s is not read', async ([, tokenFile, words]) => {
  await expect(read({ user: { tokenFile }, filesBelow: root })).rejects.toThrow(words);
});

test('the fingerprint is that of what is used, not of how it is written', async () => {
  const one = await read({ user: { token: 't' } });
  expect((await read({ user: { token: ' t\n' }, cluster: { extensions: [] } })).fingerprint).toBe(
    one.fingerprint,
  );
  expect((await read({ user: { token: 'u' } })).fingerprint).not.toBe(one.fingerprint);
  expect((await read({ cluster: { server: 'https://other' } })).fingerprint).not.toBe(one.fingerprint);
  expect(JSON.stringify(one.fingerprint)).not.toContain('member');
});
