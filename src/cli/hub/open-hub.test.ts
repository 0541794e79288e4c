import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccessError } from '../../clusters/index.ts';
import { systemClock } from '../../kube/index.ts';
import { run } from '../run.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import type { HubFlags } from './hub-options.ts';
import { openHub } from './open-hub.ts';

describe('the hub', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wheelwright-hub-'));
    await writeFile(join(directory, 'config'), kubeconfig);
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function open(flags: HubFlags, options: TestHostOptions = {}) {
    const hub = await openHub(flags, testHost(options), { clock: systemClock });
    await hub.close();
    const { context, server, namespace, timeoutMs } = hub;
    return { context, server, namespace, timeoutMs };
  }

  it('is that of the current context', async () => {
    expect(await open({ kubeconfig: join(directory, 'config') })).toEqual({
      context: 'prod',
      server: 'https://prod.example.com',
      namespace: 'shop',
      timeoutMs: 10_000,
    });
  });

  it('is that of the context that was asked for, from KUBECONFIG', async () => {
    const env = { KUBECONFIG: join(directory, 'config') };
    expect(await open({ context: 'test', requestTimeout: 5_000 }, { env })).toEqual({
      context: 'test',
      server: 'https://test.example.com:6443',
      namespace: undefined,
      timeoutMs: 5_000,
    });
  });

  it('is that of the cluster that was asked for, by the user that was asked for', async () => {
    const flags = { kubeconfig: join(directory, 'config'), cluster: 'test' };
    expect(await open(flags)).toMatchObject({ context: 'prod', server: 'https://test.example.com:6443' });
    await expect(open({ ...flags, user: 'you' })).rejects.toThrow("users must contain 'you'");
    await expect(open({ ...flags, asGroup: ['a'] })).rejects.toThrow('--as-group must go with --as.');
  });

  it('is not asked where flags go wrong, which is no finding of a check', async () => {
    const host = testHost();
    const line = ['check', '--kubeconfig', join(directory, 'config'), '--as-group', 'a'];
    expect(await run(line, host)).toBe(2);
    expect(host.written).toMatchObject({ stdout: '' });
    expect(host.written.stderr).toContain('--as-group must go with --as.');
  });

  it('is logged in to by what the kubeconfig names, with the whole environment', async () => {
    const login = join(directory, 'login');
    await writeFile(login, `#!/bin/sh\necho "$AWS_PROFILE" > '${directory}/seen'\n`, { mode: 0o755 });
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: login,
      interactiveMode: 'Never',
    };
    const config = { ...(JSON.parse(kubeconfig) as object), users: [{ name: 'me', user: { exec } }] };
    await writeFile(join(directory, 'config'), JSON.stringify(config));
    const env = { PATH: process.env['PATH'] ?? '', AWS_PROFILE: 'prod' };
    const flags = { kubeconfig: join(directory, 'config'), as: 'jane' };
    const hub = await openHub(flags, testHost({ env }), { clock: systemClock });
    // It prints no credential.
    await expect(hub.client.raw('/version')).rejects.toThrow(AccessError);
    await hub.close();
    expect(await readFile(join(directory, 'seen'), 'utf8')).toBe('prod\n');
  });

  it('must be in the kubeconfig', async () => {
    await expect(open({ kubeconfig: join(directory, 'config'), context: 'nope' })).rejects.toThrow(
      "contexts must contain 'nope'",
    );
    await expect(open({}, { home: directory })).rejects.toThrow('no such file');
  });
});

const kubeconfig = JSON.stringify({
  'current-context': 'prod',
  contexts: [
    { name: 'prod', context: { cluster: 'prod', user: 'me', namespace: 'shop' } },
    { name: 'test', context: { cluster: 'test', user: 'me' } },
  ],
  clusters: [
    { name: 'prod', cluster: { server: 'https://prod.example.com' } },
    { name: 'test', cluster: { server: 'https://test.example.com:6443' } },
  ],
  users: [{ name: 'me', user: { token: 'a-token' } }],
});
