import { expect, onTestFinished, test } from 'vitest';
import { readFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../kube/index.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import { createExecCredentials } from './exec-credentials.ts';
import { ExecRunner } from './exec-runner.ts';
import type { ObservedCredentials } from './refreshing-credentials.ts';

const command = fileURLToPath(new URL('./testing/scenario-plugin.sh', import.meta.url));
const { signal } = new AbortController();

function credentials(
  args: readonly string[],
  fields: Partial<PluginInvocation> = {},
): { readonly source: ObservedCredentials; readonly outcomes: string[] } {
  const runner = new ExecRunner({
    clock: systemClock,
    environment: { PATH: process.env['PATH'] ?? '' },
    commands: {},
  });
  const outcomes: string[] = [];
  const source = createExecCredentials({
    provider: 'p',
    cluster: 'ap-1',
    invocation: {
      type: 'plugin',
      command,
      args,
      env: [],
      apiVersion: 'client.authentication.k8s.io/v1',
      clusterInfo: undefined,
      installHint: undefined,
      ...fields,
    },
    runner,
    clock: systemClock,
    hooks: { fetched: (_provider, outcome) => outcomes.push(outcome) },
  });
  onTestFinished(async () => {
    source.close();
    await runner.close();
  });
  return { source, outcomes };
}

test('many who ask at once start one plugin; after a 401 one more (P35, H4)', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'exec-credentials-')), 'runs');
  const { source } = credentials(['count', file]);
  const [first] = await Promise.all(Array.from({ length: 100 }, () => source.get(signal)));
  expect(first).toEqual({ token: '1' });
  source.invalidate(first ?? {});
  expect(await source.get(signal)).toEqual({ token: '2' });
  expect(await readFile(file, 'utf8')).toBe('x\nx\n');
});

test('a plugin that gives the same token after a 401 gives the same credential (H3)', async () => {
  const { source, outcomes } = credentials(['token', 't']);
  const first = await source.get(signal);
  source.invalidate(first);
  expect(await source.get(signal)).toBe(first);
  expect(outcomes).toEqual(['ok', 'NoNewCredential']);
});

test.for([
  [
    ['fail', 'secrets "ap-1" is forbidden'],
    {},
    `cannot get a credential for cluster "ap-1": plugin 'scenario-plugin.sh' exited with code 1; it said last (redacted): "secrets "ap-1" is forbidden"`,
  ],
  [
    ['nothing'],
    {},
    `cannot get a credential for cluster "ap-1": plugin 'scenario-plugin.sh' printed nothing`,
  ],
  [
    ['token', 't'],
    { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    `cannot get a credential for cluster "ap-1": plugin 'scenario-plugin.sh' is configured to use 'client.authentication.k8s.io/v1beta1' and answered in 'client.authentication.k8s.io/v1'`,
  ],
] as const)('with %j the failure is told in one sentence', async ([args, fields, message]) => {
  const { source } = credentials(args, fields);
  await expect(source.get(signal)).rejects.toThrow(message);
});
