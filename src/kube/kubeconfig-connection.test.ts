import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../../test/bed/pki/index.ts';
import { parseKubeconfig } from './kubeconfig.ts';
import {
  kubeconfigConnection,
  type KubeconfigConnection,
  type KubeconfigUse,
} from './kubeconfig-connection.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

const now = new Date();
const authority = await createAuthority('ca', now);
const client = await issueCertificate(authority, { for: 'client', user: 'a', groups: [] }, now);
const other = await issueCertificate(authority, { for: 'client', user: 'b', groups: [] }, now);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
await writeFile(join(directory, 'ca.crt'), authority.certificate);
await writeFile(join(directory, 'client.crt'), client.cert);
await writeFile(join(directory, 'client.key'), client.key);

type Fields = Readonly<Record<string, unknown>>;

function connect(parts: {
  readonly cluster?: Fields;
  readonly user?: Fields;
  readonly use?: KubeconfigUse;
}): Promise<KubeconfigConnection> {
  const { cluster = {}, user = {}, use = { trust: 'trusted' } } = parts;
  const document = {
    'current-context': 'c',
    clusters: [{ name: 'k', cluster: { server: 'https://host:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', namespace: 'n' } }],
  };
  const kubeconfig = parseKubeconfig(JSON.stringify(document), { source: 'kubeconfig /x', directory });
  return kubeconfigConnection(kubeconfig, use);
}

test('the cluster becomes an endpoint', async () => {
  const connection = await connect({
    cluster: {
      'certificate-authority-data': base64(authority.certificate),
      'tls-server-name': 'kubernetes',
      'insecure-skip-tls-verify': true,
      'proxy-url': 'socks5://user:pw@proxy:1080',
      'disable-compression': true,
      extensions: [{ name: 'x', extension: { a: [1] } }],
    },
  });
  expect(connection).toMatchObject({
    context: 'c',
    namespace: 'n',
    endpoint: {
      server: 'https://host:6443',
      certificateAuthority: authority.certificate,
      tlsServerName: 'kubernetes',
      insecureSkipTlsVerify: true,
      proxyUrl: 'socks5://user:pw@proxy:1080',
      disableCompression: true,
    },
  });
  expect(connection.extensions).toEqual(new Map([['x', { a: [1] }]]));
});

test('relative paths start at the file that has them', async () => {
  const { endpoint, auth } = await connect({
    cluster: { 'certificate-authority': 'ca.crt' },
    user: { 'client-certificate': 'client.crt', 'client-key': './client.key' },
  });
  expect(endpoint.certificateAuthority).toBe(authority.certificate);
  expect(auth).toEqual({ type: 'fixed', credential: { certificate: client, token: undefined } });
});

test('data wins over files', async () => {
  const { endpoint, auth } = await connect({
    cluster: {
      'certificate-authority': '/missing',
      'certificate-authority-data': base64(authority.certificate),
    },
    user: {
      'client-certificate': '/missing',
      'client-certificate-data': base64(client.cert),
      'client-key': '/missing',
      'client-key-data': base64(client.key),
      token: 'both',
    },
  });
  expect(endpoint.certificateAuthority).toBe(authority.certificate);
  expect(auth).toEqual({ type: 'fixed', credential: { certificate: client, token: 'both' } });
});

test.for([
  ['a token', { token: 't' }, { type: 'fixed', credential: { token: 't', certificate: undefined } }],
  [
    'a password',
    { username: 'u', password: 'p' },
    { type: 'fixed', credential: { basic: { username: 'u', password: 'p' }, certificate: undefined } },
  ],
  [
    'a token file, with the token to begin with',
    { tokenFile: 'token', token: 't' },
    { type: 'tokenFile', path: join(directory, 'token'), fallback: { token: 't', certificate: undefined } },
  ],
  ['nothing', {}, { type: 'anonymous' }],
  [
    'a token before a plugin',
    { token: 't', exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1' } },
    { type: 'fixed', credential: { token: 't', certificate: undefined } },
  ],
] as const)('the user proves itself by %s', async ([, user, auth]) => {
  expect((await connect({ user })).auth).toEqual(auth);
});

test.for([
  [{}, undefined],
  [{ as: 'jane' }, { user: 'jane', groups: [], uid: undefined }],
  [
    { as: 'jane', 'as-groups': ['a', 'b'], 'as-uid': '1' },
    { user: 'jane', groups: ['a', 'b'], uid: '1' },
  ],
] as const)('%j makes calls for %j', async ([user, impersonate]) => {
  expect((await connect({ user: { token: 't', ...user } })).impersonate).toEqual(impersonate);
});

test.for([
  ['./bin/plugin', join(directory, 'bin/plugin')],
  ['/usr/bin/plugin', '/usr/bin/plugin'],
  ['aws', 'aws'],
] as const)('the plugin %s is %s', async ([command, resolved]) => {
  const exec = {
    command,
    args: ['get-token'],
    env: [{ name: 'A', value: '1' }],
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    provideClusterInfo: true,
    installHint: 'brew install',
    interactiveMode: 'IfAvailable',
  };
  expect((await connect({ user: { exec } })).auth).toEqual({
    type: 'exec',
    exec: {
      command: resolved,
      args: ['get-token'],
      env: [{ name: 'A', value: '1' }],
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      provideClusterInfo: true,
      installHint: 'brew install',
    },
  });
});

const exec = { command: '/x', apiVersion: 'client.authentication.k8s.io/v1' };

test.for([
  [{ cluster: { server: '' } }, 'ConfigInvalid', 'clusters[0].cluster.server is required'],
  [
    { cluster: { server: 'ftp://x' } },
    'ConfigInvalid',
    'clusters[0].cluster.server must begin with https://',
  ],
  [{ cluster: { 'proxy-url': 'ftp://x' } }, 'ConfigInvalid', 'cluster.proxy-url must begin with http://'],
  [
    { cluster: { 'certificate-authority-data': '%' } },
    'ConfigInvalid',
    'certificate-authority-data must be base64',
  ],
  [{ cluster: { 'certificate-authority': 'no.crt' } }, 'Unreadable', `'${directory}/no.crt' is not (ENOENT)`],
  [
    { user: { 'client-certificate-data': base64(client.cert) } },
    'ConfigInvalid',
    'must be set together with client-key-data',
  ],
  [
    { user: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(other.key) } },
    'ConfigInvalid',
    'the key is not that of the certificate',
  ],
  [
    { user: { 'client-certificate-data': '%', 'client-key-data': 'YQ==' } },
    'ConfigInvalid',
    'must be base64',
  ],
  [{ user: { token: 't', username: 'u' } }, 'ConfigInvalid', 'must not be set beside username and password'],
  [
    { user: { token: 't', 'as-groups': ['a'] } },
    'ConfigInvalid',
    'as must be set where as-uid or as-groups is',
  ],
  [{ user: { token: 't', as: 'a\nb' } }, 'ConfigInvalid', 'as must be printable ASCII characters'],
  [
    { user: { token: 't', as: 'root', 'as-user-extra': { team: ['a'] } } },
    'ConfigInvalid',
    'as-user-extra must not be set',
  ],
  [{ user: { 'auth-provider': { name: 'gcp' } } }, 'ConfigInvalid', 'must be replaced by exec'],
  [{ user: { exec: { ...exec, interactiveMode: 'Always' } } }, 'ConfigInvalid', 'plugins get no terminal'],
  [
    { user: { exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1alpha1' } } },
    'ConfigInvalid',
    'must be one of',
  ],
  [
    { user: { exec: { ...exec, command: '' } } },
    'ConfigInvalid',
    'users[0].user.exec.command must not be empty',
  ],
] as const)('%j is refused as %s', async ([parts, kind, problem]) => {
  const error = await connect(parts).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(KubeconfigError);
  expect(error).toMatchObject({ kind, message: expect.stringContaining(problem) });
});

test.for([
  [{ user: { exec } }, 'users[0].user.exec must not be set'],
  [{ user: { 'auth-provider': { name: 'gcp' } } }, 'users[0].user.auth-provider must not be set'],
  [{ user: { token: 't', as: 'root' } }, 'users[0].user.as must not be set'],
  [{ user: { token: 't', 'as-groups': ['a'] } }, 'users[0].user.as-groups must not be set'],
  [{ user: { tokenFile: '/etc/passwd' } }, 'users[0].user.tokenFile must not name a file'],
  [{ user: { 'client-certificate': '/etc/passwd' } }, 'client-certificate must not name a file'],
  [{ user: { 'client-key': '/etc/passwd' } }, 'client-key must not name a file'],
  [{ cluster: { 'certificate-authority': '/etc/passwd' } }, 'certificate-authority must not name a file'],
  [{ cluster: { 'insecure-skip-tls-verify': true } }, 'insecure-skip-tls-verify must not be true'],
  [{ cluster: { server: 'http://host' } }, 'server must begin with https://'],
] as const)('an untrusted kubeconfig with %j is refused', async ([parts, problem]) => {
  const error = await connect({ ...parts, use: { trust: {} } }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(KubeconfigError);
  expect(error).toMatchObject({ kind: 'PolicyDenied', message: expect.stringContaining(problem) });
});

test('an untrusted kubeconfig with data only is as good as a trusted one', async () => {
  const parts = {
    cluster: { 'certificate-authority-data': base64(authority.certificate) },
    user: { token: 't' },
  };
  expect(await connect({ ...parts, use: { trust: {} } })).toEqual(await connect(parts));
});

test('a context may be named', async () => {
  await expect(connect({ use: { trust: 'trusted', context: 'd' } })).rejects.toThrow(
    "contexts must contain 'd'",
  );
});
