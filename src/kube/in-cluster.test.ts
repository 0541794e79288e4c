import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createAuthority } from '../../test/bed/pki/index.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { inCluster, podNamespace } from './in-cluster.ts';

const authority = await createAuthority('ca', new Date());
const clock = new ManualClock();
const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'serviceaccount-'));
  await writeFile(join(directory, 'token'), 'pod-token');
  await writeFile(join(directory, 'ca.crt'), authority.certificate);
  await writeFile(join(directory, 'namespace'), 'knative-operator\n');
});

test('a pod finds its API server, credential and namespace', async () => {
  const found = await inCluster({ env, clock, directory });
  expect(found?.endpoint).toEqual({
    server: 'https://10.96.0.1',
    certificateAuthority: authority.certificate,
  });
  expect(found?.namespace).toBe('knative-operator');
  expect(await found?.credentials.get(new AbortController().signal)).toEqual({ token: 'pod-token' });
});

test.for([
  ['10.96.0.1', '6443', 'https://10.96.0.1:6443'],
  ['fd00::1', '443', 'https://[fd00::1]'],
  ['fd00::1', '6443', 'https://[fd00::1]:6443'],
] as const)('host %s and port %s make %s', async ([host, port, server]) => {
  const found = await inCluster({
    env: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port },
    clock,
    directory,
  });
  expect(found?.endpoint.server).toBe(server);
});

test.for([{}, { KUBERNETES_SERVICE_HOST: '10.96.0.1' }, { KUBERNETES_SERVICE_PORT: '443' }])(
  'with the environment %j this is no pod',
  async (partial) => {
    expect(await inCluster({ env: partial, clock, directory })).toBeUndefined();
  },
);

test('a pod without a service account is taken for none', async () => {
  await rm(join(directory, 'token'));
  expect(await inCluster({ env, clock, directory })).toBeUndefined();
});

test('a service account without a usable CA is an error', async () => {
  await writeFile(join(directory, 'ca.crt'), 'nothing');
  await expect(inCluster({ env, clock, directory })).rejects.toThrow(
    'must hold at least one readable certificate',
  );
  await rm(join(directory, 'ca.crt'));
  await expect(inCluster({ env, clock, directory })).rejects.toThrow('ca.crt: no such file');
});

test('POD_NAMESPACE is asked before the service account', async () => {
  expect(await podNamespace({ POD_NAMESPACE: ' fleet ' }, directory)).toBe('fleet');
  expect(await podNamespace({ POD_NAMESPACE: '' }, directory)).toBe('knative-operator');
  expect(await podNamespace({}, '/no/such/directory')).toBeUndefined();
});
