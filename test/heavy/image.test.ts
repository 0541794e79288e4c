import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { freePort, knativeManifestDirectories, waitFor } from '../bed/index.ts';
import { ChartRelease, Fleet, fleetNamespace, OperatorProcess } from '../fleet/index.ts';
import { assembleImage, buildStage, type Image } from '../image/image.ts';
import { accountMount, podRun, type PodRun } from '../image/pod.ts';
import { type Mount, nodeScript, Sandbox } from '../image/sandbox.ts';

const plugins = ['secretreader', 'kubeconfig-secretreader'] as const;
const mountPath = (plugin: string): string => `/access-plugins/${plugin}`;

let directory: string;
let fleet: Fleet;
let release: ChartRelease;
let sandbox: Sandbox;
let pluginImages: ReadonlyMap<string, Image>;
/** The container of the Deployment that Helm has put on the hub, and what it has of a pod. */
let pod: PodRun;
let healthUrl: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelwright-image-'));
  const build = await buildStage(directory);
  sandbox = await Sandbox.create(await assembleImage('wheelwright', build, directory), directory, [
    'spoke-1',
  ]);
  pluginImages = new Map(
    await Promise.all(
      plugins.map(async (name) => [name, await assembleImage(name, build, directory)] as const),
    ),
  );
  fleet = await Fleet.start();
  // In a pod an operator takes no address of loopback for a spoke.
  const { cluster, profile } = fleet.spoke(0);
  const { port: spokePort, hostname: tlsServerName } = new URL(cluster.server);
  await fleet.register(fleet.spoke(0), { server: `https://${profile}:${spokePort}`, tlsServerName });
  const [healthPort, port] = [await freePort(), await freePort()];
  healthUrl = `http://127.0.0.1:${healthPort}`;
  release = await ChartRelease.put(fleet.bed.hub, {
    replicas: 0,
    healthPort,
    metrics: { port },
    crds: { install: false },
    knative: { manifests: { source: 'image', download: false } },
    multicluster: {
      enabled: true,
      accessProvidersConfig: { providers: plugins.map(provider) },
      plugins: plugins.map((name) => ({
        name,
        image: `ghcr.io/wheelwright/${name}:v0`,
        mountPath: mountPath(name),
      })),
    },
  });
  pod = await container();
});

afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function provider(name: string): object {
  const command = `${mountPath(name)}/${name}-plugin`;
  const execConfig = { apiVersion: 'client.authentication.k8s.io/v1', command, provideClusterInfo: true };
  return { name, execConfig };
}

async function container(): Promise<PodRun> {
  const { hub } = fleet.bed;
  const run = await podRun(await release.deployment(), {
    namespace: fleetNamespace,
    directory,
    configMap: async () => ({ 'config.json': await release.providers() }),
    image: (reference) => {
      const name = /^ghcr\.io\/wheelwright\/([\w-]+):/.exec(reference)?.[1] ?? '';
      return pluginImages.get(name)?.directory ?? join(directory, 'knative-operator');
    },
  });
  const { hostname, port } = new URL(hub.server);
  const account = {
    token: await release.token(),
    'ca.crt': hub.certificateAuthority,
    namespace: fleetNamespace,
  };
  const releases: Mount = {
    path: '/knative-releases/var/run/ko',
    source: (await knativeManifestDirectories())[0] ?? '',
  };
  return {
    ...run,
    env: { ...run.env, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
    mounts: [
      ...run.mounts.filter(({ path }) => path !== '/knative-releases'),
      releases,
      await accountMount(account, directory),
    ],
  };
}

const writable = (): readonly Mount[] => pod.mounts.filter(({ writable }) => writable === true);

test('the chart lets it write in two places, and nothing of this machine is in sight', async () => {
  expect(
    writable()
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(['/tmp', '/var/cache/wheelwright']);
  const look = `
    const { mkdirSync, existsSync, accessSync } = require('node:fs');
    const outcome = (path) => { try { mkdirSync(path + '/new'); return 'written'; } catch ({ code }) { return code; } };
    const paths = ['', '/usr/local/bin', '/etc', '/access-plugins/secretreader', '/tmp', '/var/cache/wheelwright'];
    console.log(JSON.stringify({
      written: paths.filter((path) => outcome(path) === 'written'),
      refused: [...new Set(paths.map(outcome).filter((code) => code.startsWith('E')))].toSorted(),
      inSight: [${JSON.stringify(process.cwd())}, '/bin/sh', '/usr/bin/env'].filter((path) => existsSync(path)),
      user: process.getuid(),
    }));`;
  const seen = JSON.parse(await sandbox.output([], { ...pod, program: nodeScript(look) })) as Record<
    string,
    unknown
  >;
  expect(seen).toMatchObject({ written: ['/tmp', '/var/cache/wheelwright'], inSight: [] });
  expect(seen['refused']).toContain('EROFS');
  expect(seen['user']).toBe(process.getuid?.() === 0 ? 65532 : 0);
  for (const { source } of writable()) await rm(join(source, 'new'), { recursive: true });
});

test.each(plugins)(
  'the plugin %s runs where its image is mounted, with both layouts that images of plugins have',
  async (name) => {
    const { cluster } = fleet.spoke(0);
    const { token } = await cluster.issueToken({ serviceAccount: 'hub' });
    const content = { token, value: cluster.kubeconfigFor({ token }) };
    await fleet.put(resources.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'ap-1', namespace: fleetNamespace },
      data: Object.fromEntries(
        Object.entries(content).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
      ),
    });
    const config =
      name === 'secretreader'
        ? { clusterName: 'ap-1' }
        : { name: 'ap-1', key: 'value', namespace: fleetNamespace };
    const info = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { cluster: { server: cluster.server, config }, interactive: false },
    };
    const env = { ...pod.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
    for (const path of [`${mountPath(name)}/${name}-plugin`, `${mountPath(name)}/bin/${name}-plugin`]) {
      const printed: unknown = JSON.parse(await sandbox.output([], { ...pod, env, program: [path] }));
      expect(printed).toMatchObject({ kind: 'ExecCredential', status: { token } });
    }
  },
);

test('the operator becomes ready, installs Knative by a plugin, and ends without a trace', async () => {
  const operator = new OperatorProcess({ command: await sandbox.command(pod.args, pod), flags: [] });
  try {
    await operator.waitForLog('that it has started', ({ msg }) => msg === 'operator started', 120_000);
    await waitFor('it is ready', async () => (await fetch(`${healthUrl}/readyz`)).ok, { timeoutMs: 120_000 });
    const serving = await fleet.createServing({ profile: fleet.spoke(0).profile });
    await fleet.waitForReady(serving, 180_000);
    await fleet.deleteServing(serving);
    await fleet.waitForGone(serving, 180_000);
    expect(operator.output).not.toMatch(/EROFS|EACCES|forbidden/i);
  } finally {
    expect(await operator.stop()).toBe(0);
  }
  for (const { path, source } of writable())
    expect({ path, files: await readdir(source) }).toEqual({ path, files: [] });
});
