import { execFile } from 'node:child_process';
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuiltinReader } from '../src/clusters/access/access-provider.ts';
import { createAuthority, issueCertificate } from '../test/bed/pki/index.ts';
import { pluginBundles } from './bundles.ts';
import { runCredentialPlugin } from './credential-plugin.ts';

const now = new Date();
const authority = await createAuthority('hub', now);
const serving = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, now);
const client = await issueCertificate(authority, { for: 'client', user: 'spoke-admin', groups: [] }, now);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const directory = await mkdtemp(join(tmpdir(), 'plugins-'));

const spokeKubeconfig = JSON.stringify({
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  users: [
    {
      name: 'u',
      user: {
        token: 'from-kubeconfig',
        'client-certificate-data': base64(client.cert),
        'client-key-data': base64(client.key),
      },
    },
  ],
});

/** The Secrets of the hub: by path, the value of each key. */
const secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/api/v1/namespaces/consumer/secrets/ap-1': { token: 'from-secret\n' },
  '/api/v1/namespaces/fleet/secrets/ap-1': { value: spokeKubeconfig },
};

/** Answers as a hub would, to those who come with the right token. */
const hub = createServer({ ...serving }, (request, response) => {
  const answer = (code: number, body: object): void => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const status = (code: number, message: string): void =>
    answer(code, { kind: 'Status', code, reason: 'x', message });
  if (request.headers.authorization !== 'Bearer hub-token') return status(401, 'Unauthorized');
  if (request.url?.includes('/kube-system/') === true) return status(403, 'secrets "root" is forbidden');
  const data = secrets[request.url ?? ''];
  if (data === undefined) return status(404, 'not found');
  const [namespace, , name] = (request.url ?? '').split('/').slice(4);
  answer(200, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
  });
});

let kubeconfig = '';

async function writeKubeconfig(cluster: object = {}, user: object = { token: 'hub-token' }): Promise<string> {
  const path = join(await mkdtemp(join(directory, 'hub-')), 'config');
  const server = `https://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const document = {
    'current-context': 'hub',
    clusters: [
      {
        name: 'hub',
        cluster: { server, 'certificate-authority-data': base64(authority.certificate), ...cluster },
      },
    ],
    users: [{ name: 'operator', user }],
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'operator', namespace: 'consumer' } }],
  };
  await writeFile(path, JSON.stringify(document));
  return path;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  kubeconfig = await writeKubeconfig();
});
afterAll(() => hub.close());

const info = (config: unknown, fields: object = {}): string =>
  JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: { cluster: { server: 'https://spoke:6443', config }, interactive: false },
    ...fields,
  });

async function run(
  reader: BuiltinReader,
  execInfo: string | undefined,
  env: Readonly<Record<string, string>> = { KUBECONFIG: kubeconfig },
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  let stdout = '';
  let stderr = '';
  const code = await runCredentialPlugin(reader, {
    env: { ...env, ...(execInfo === undefined ? {} : { KUBERNETES_EXEC_INFO: execInfo }) },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

const tokenLine =
  '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false},"status":{"token":"from-secret"}}\n';

test('secretreader prints the token of the Secret named like the cluster', async () => {
  expect(await run('secretreader', info({ clusterName: 'ap-1' }))).toEqual({
    code: 0,
    stdout: tokenLine,
    stderr: '',
  });
});

test('kubeconfig-secretreader prints token, certificate and key of the user', async () => {
  const { code, stdout } = await run(
    'kubeconfig-secretreader',
    info({ name: 'ap-1', key: 'value', namespace: 'fleet' }),
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: { interactive: false },
    status: { token: 'from-kubeconfig', clientCertificateData: client.cert, clientKeyData: client.key },
  });
});

test.for([
  ['no input', undefined, 'KUBERNETES_EXEC_INFO must be set'],
  ['no JSON', '{', 'KUBERNETES_EXEC_INFO must be JSON'],
  [
    'v1beta1',
    info({ clusterName: 'ap-1' }, { apiVersion: 'client.authentication.k8s.io/v1beta1' }),
    "apiVersion must be one of 'client.authentication.k8s.io/v1'",
  ],
  ['no cluster', info({}, { spec: { interactive: false } }), 'spec.cluster is required'],
  [
    'an empty server',
    info({}, { spec: { cluster: { server: ' ' } } }),
    'spec.cluster.server must not be empty',
  ],
  [
    'a server that says null',
    info({}, { spec: { cluster: { server: 'null' } } }),
    'spec.cluster.server must not be empty',
  ],
  [
    'no configuration',
    info(undefined),
    'extension client.authentication.k8s.io/exec is required by secretreader',
  ],
  ['no name', info({}), 'clusterName is required'],
  ['a Secret that is not there', info({ clusterName: 'ap-2' }), 'Secret consumer/ap-2 does not exist'],
] as const)('with %s the exit code is 1, and stderr has one line', async ([, execInfo, problem]) => {
  const { code, stdout, stderr } = await run('secretreader', execInfo);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^\[secretreader\] [^\n]+\n$/);
  expect(stderr).toContain(problem);
});

test('what the hub refuses is told', async () => {
  const denied = await run(
    'kubeconfig-secretreader',
    info({ name: 'root', key: 'value', namespace: 'kube-system' }),
  );
  expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining('secrets "root" is forbidden') });
  const env = { KUBECONFIG: await writeKubeconfig({}, { token: 'another' }) };
  expect(await run('secretreader', info({ clusterName: 'ap-1' }), env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Unauthorized'),
  });
});

test('a hub with a certificate of somebody else is not believed', async () => {
  const other = await createAuthority('other', now);
  const env = {
    KUBECONFIG: await writeKubeconfig({ 'certificate-authority-data': base64(other.certificate) }),
  };
  const { code, stderr } = await run('secretreader', info({ clusterName: 'ap-1' }), env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/certificate|signature/);
});

test.for([
  ['no kubeconfig', () => Promise.resolve('/no/such/file'), 'no such file'],
  ['a proxy', () => writeKubeconfig({ 'proxy-url': 'http://proxy' }), 'must not have a proxy-url'],
  [
    'somebody whom the user is to act as',
    () => writeKubeconfig({}, { token: 'hub-token', as: 'system:serviceaccount:fleet:reader' }),
    'must not have as, as-uid or as-groups',
  ],
] as const)('with %s the exit code is 2', async ([, path, problem]) => {
  const { code, stderr } = await run('secretreader', info({ clusterName: 'ap-1' }), {
    KUBECONFIG: await path(),
  });
  expect(code).toBe(2);
  expect(stderr).toContain(problem);
});

test('the user of the hub may need a plugin itself', async () => {
  const path = join(directory, 'hub-login');
  await writeFile(
    path,
    `#!/bin/sh\nprintf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"hub-token"}}'\n`,
  );
  await chmod(path, 0o755);
  const exec = {
    command: 'hub-login',
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'Never',
  };
  const env = {
    KUBECONFIG: await writeKubeconfig({}, { exec }),
    PATH: `${directory}:${process.env['PATH'] ?? ''}`,
  };
  expect(await run('secretreader', info({ clusterName: 'ap-1' }), env)).toMatchObject({
    code: 0,
    stdout: tokenLine,
  });
});

test('bundled, each is one file that runs from an empty folder', async () => {
  const files: string[] = [];
  for (const bundle of pluginBundles(directory)) {
    await build({ ...bundle, logLevel: 'error' });
    await chmod(bundle.outfile, 0o755);
    files.push(bundle.outfile);
  }
  expect(files.map((file) => file.slice(directory.length))).toEqual([
    '/secretreader-plugin',
    '/kubeconfig-secretreader-plugin',
  ]);
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    KUBECONFIG: kubeconfig,
    KUBERNETES_EXEC_INFO: info({ clusterName: 'ap-1' }),
  };
  const cwd = await mkdtemp(join(tmpdir(), 'empty-'));
  const { stdout, stderr } = await promisify(execFile)(files[0] ?? '', [], { env, cwd });
  expect({ stdout, stderr }).toEqual({ stdout: tokenLine, stderr: '' });
  const failed = await promisify(execFile)(files[1] ?? '', [], { env, cwd }).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('[kubeconfig-secretreader] '),
  });
});
