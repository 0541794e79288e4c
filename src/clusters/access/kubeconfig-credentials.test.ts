import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { KubeconfigAuth, KubeconfigConnection } from '../../kube/index.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import { kubeconfigCredentials } from './kubeconfig-credentials.ts';

const { signal } = new AbortController();
const directory = await mkdtemp(join(tmpdir(), 'kubeconfig-credentials-'));
await writeFile(join(directory, 'token'), 'from-a-file');
await writeFile(join(directory, 'plugin'), '#!/bin/sh\n');
await writeFile(join(directory, 'data'), '');
await chmod(join(directory, 'plugin'), 0o755);

const runs: PluginInvocation[] = [];
const runner = {
  run: async (invocation: PluginInvocation) => {
    runs.push(invocation);
    return Buffer.from(
      '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"from-a-plugin"}}',
    );
  },
};

const credentials = (
  auth: KubeconfigAuth,
  extensions: KubeconfigConnection['extensions'] = new Map(),
): ReturnType<typeof kubeconfigCredentials> =>
  kubeconfigCredentials(
    {
      context: 'c',
      namespace: undefined,
      endpoint: { server: 'https://spoke' },
      auth,
      impersonate: undefined,
      extensions,
    },
    { cluster: 'c', runner, path: `relative:/no/such/directory:${directory}`, clock: new ManualClock() },
  );

const exec = (command: string): Extract<KubeconfigAuth, { readonly type: 'exec' }> => ({
  type: 'exec',
  exec: {
    command,
    args: ['a'],
    env: [{ name: 'A', value: '1' }],
    apiVersion: 'client.authentication.k8s.io/v1',
    provideClusterInfo: true,
    installHint: 'Install it.',
  },
});

test.for([
  [{ type: 'anonymous' }, {}],
  [{ type: 'fixed', credential: { token: 't' } }, { token: 't' }],
  [{ type: 'tokenFile', path: join(directory, 'token'), fallback: {} }, { token: 'from-a-file' }],
  [exec('plugin'), { token: 'from-a-plugin' }],
] as const)('%j gives %j', async ([auth, credential]) => {
  const source = await credentials(auth);
  expect(await source.get(signal)).toEqual(credential);
  source.close();
});

test('a plugin is looked for in the absolute directories of PATH, and told the cluster', async () => {
  const source = await credentials(
    exec('plugin'),
    new Map([['client.authentication.k8s.io/exec', { a: 1 }]]),
  );
  await source.get(signal);
  expect(runs.at(-1)).toEqual({
    type: 'plugin',
    command: join(directory, 'plugin'),
    args: ['a'],
    env: [{ name: 'A', value: '1' }],
    apiVersion: 'client.authentication.k8s.io/v1',
    clusterInfo: { endpoint: { server: 'https://spoke' }, config: { a: 1 } },
    installHint: 'Install it.',
  });
  source.close();
});

test.for(['missing', 'data'])(
  'a plugin %s that is not in PATH is told with its install hint',
  async (command) => {
    await expect(credentials(exec(command))).rejects.toMatchObject({
      kind: 'PluginNotFound',
      message: `there is no plugin '${command}' in PATH. Install it.`,
    });
  },
);
