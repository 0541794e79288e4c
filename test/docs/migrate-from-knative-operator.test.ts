import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, expect } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, resources } from '../../src/kube/index.ts';
import { binary, clusterProfileCrdFile, knativeManifestDirectories, waitFor } from '../bed/index.ts';
import {
  contentsOf,
  type Installation,
  installAsReference,
  leftBehind,
  neighbouringReleases,
  renderOffline,
  StatusHistory,
  waitForRollouts,
} from '../fleet/index.ts';
import { forgiveRefusals } from '../fleet/accounts-by-chart.ts';
import { play } from './play.ts';
import { writeReferenceChart } from './reference-chart.ts';
import { Stage } from './stage.ts';

// knative/operator keeps no list of what it has put on the hub, so that all kinds are looked through once.
forgiveRefusals(/^list /);
const stage = Stage.use({ spokes: ['spoke-1'] });
const provider = 'token-secretreader';
const kubernetesMinVersion = 'v1.25.0';
const found: Installation[] = [];
let before: Contents;
let history: StatusHistory | undefined;

type Contents = Readonly<Record<'serving' | 'eventing', Readonly<Record<string, unknown>>>>;

/** Knative one minor behind on a cluster, by a plugin, and at the newest release on the hub. */
beforeAll(async () => {
  const { fleet, shell } = stage;
  const spoke = fleet.spoke(0);
  const [manifests = ''] = await knativeManifestDirectories();
  await shell.run(
    `export KO_DATA_PATH='${manifests}'\nkubectl apply --server-side -f ${await clusterProfileCrdFile()}`,
  );
  await installChart();
  await waitFor('the kinds are served', async () => {
    fleet.hub.invalidateDiscovery();
    await fleet.hub.resourceFor({
      group: 'multicluster.x-k8s.io',
      version: 'v1alpha1',
      kind: 'ClusterProfile',
    });
    await fleet.hub.list(resources.knativeEventings);
    return true;
  });
  await fleet.register(spoke, { provider });
  const [[older], [, newest]] = await Promise.all([
    neighbouringReleases('serving'),
    neighbouringReleases('eventing'),
  ]);
  const render = (object: KubeObject) =>
    renderOffline(object, manifests, { KUBERNETES_MIN_VERSION: kubernetesMinVersion });
  const minor = older.split('.').slice(0, 2).join('.');
  found.push(
    (
      await installAsReference({
        fleet,
        component: 'serving',
        client: spoke.client,
        profile: spoke.profile,
        version: older,
        paths: [`/var/run/ko/knative-serving/${older}`, `/var/run/ko/ingress/${minor}/kourier`],
        spec: { version: older },
        render,
      })
    ).installation,
    (
      await installAsReference({
        fleet,
        component: 'eventing',
        client: fleet.hub,
        version: newest,
        paths: [`/var/run/ko/knative-eventing/${newest}`],
        spec: { config: { logging: { 'loglevel.controller': 'debug' } } },
        render,
      })
    ).installation,
  );
  await Promise.all([spoke.client, fleet.hub].map((client) => waitForRollouts(client)));
  before = await contents();
  history = await StatusHistory.start(fleet.hub);
});

afterAll(async () => {
  await history?.[Symbol.asyncDispose]();
});

/** As its users have it: with values of their own, and a definition that its webhook has written to. */
async function installChart(): Promise<void> {
  const { fleet, shell } = stage;
  const plugins = join(fleet.bed.directory, 'access-plugins');
  await mkdir(plugins);
  const command = join(plugins, 'kubeconfig-secretreader-plugin');
  await copyFile(await binary('kubeconfig-secretreader'), command);
  await chmod(command, 0o755);
  const multicluster = {
    enabled: true,
    accessProvidersConfig: {
      providers: [
        {
          name: provider,
          execConfig: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command,
            // In a pod it finds the hub by itself.
            env: [{ name: 'KUBECONFIG', value: fleet.bed.hub.kubeconfig }],
            provideClusterInfo: true,
          },
        },
      ],
    },
    plugins: [{ name: provider, image: 'ghcr.io/example/plugin:v1.0.0', mountPath: plugins }],
    remoteDeploymentsPollInterval: '30s',
  };
  const values = { knative_operator: { multicluster, kubernetes_min_version: kubernetesMinVersion } };
  const chart = await writeReferenceChart(join(fleet.bed.directory, 'reference-chart'));
  const where = '--namespace knative-operator --create-namespace --wait --timeout 2m';
  await shell.run(`helm install knative-operator ${chart} ${where} --values -`, JSON.stringify(values));
  const clientConfig = {
    caBundle: Buffer.from(fleet.bed.hub.certificateAuthority).toString('base64'),
    service: { path: '/resource-conversion' },
  };
  for (const kind of ['knativeservings', 'knativeeventings'])
    await fleet.hub.patch(
      resources.customResourceDefinitions,
      { name: `${kind}.operator.knative.dev` },
      'merge',
      { spec: { conversion: { webhook: { clientConfig } } } },
      { fieldManager: 'webhook' },
    );
}

async function contents(): Promise<Contents> {
  const [serving, eventing] = await Promise.all([
    contentsOf(stage.fleet.spoke(0).client, 'knative-serving'),
    contentsOf(stage.fleet.hub, 'knative-eventing'),
  ]);
  return { serving, eventing };
}

/** With their uids and generations: nothing was made anew, and no workload started again. */
async function isUntouched(): Promise<void> {
  expect(await contents()).toEqual(before);
  expect(Object.keys(before.serving).length).toBeGreaterThan(50);
  const [serving] = found;
  expect(serving && history?.course(serving.name, 'Ready')).toEqual(['True']);
}

async function managersOf(client: KubeClient, namespace: string): Promise<ReadonlySet<string | undefined>> {
  const { items } = await client.list(resources.deployments, { namespace, metadataOnly: true });
  const fields = items.flatMap(({ metadata }) => metadata.managedFields ?? []);
  return new Set(fields.filter(({ operation }) => operation === 'Apply').map(({ manager }) => manager));
}

/** Nobody runs its pod here, so that the reader runs what the pod would, as its account. */
async function passesHelmTest(): Promise<void> {
  const { shell } = stage;
  const hooks = loadAll(
    await shell.run('helm --namespace knative-operator get hooks wheelwright'),
  ) as KubeObject[];
  const pod = hooks.find(({ kind }) => kind === 'Pod');
  if (pod === undefined) throw new Error('the chart has no test');
  const { serviceAccountName, containers } = pod['spec'] as {
    readonly serviceAccountName: string;
    readonly containers: readonly [{ readonly args: readonly string[] }];
  };
  const others = hooks.filter((object) => object !== pod).map((object) => JSON.stringify(object));
  await shell.run('kubectl apply -f -', others.join('\n---\n'));
  const account = `system:serviceaccount:knative-operator:${serviceAccountName}`;
  const command = `kubectl wheelwright ${containers[0].args.join(' ')} --as ${account} --output json`;
  const { sections } = JSON.parse(await shell.run(command)) as {
    readonly sections: readonly {
      readonly findings: readonly { readonly code: string; readonly result: string }[];
    }[];
  };
  const results = new Map(
    sections.flatMap(({ findings }) => findings.map(({ code, result }) => [code, result])),
  );
  for (const code of ['WW1002', 'WW1101', 'WW1102', 'WW1103', 'WW1105'])
    expect([code, results.get(code)]).toEqual([code, 'ok']);
}

/** One acts on what is asked for, and removes all that the other one has installed. */
async function isInOneHand(): Promise<void> {
  const { fleet } = stage;
  await isUntouched();
  const [serving, eventing] = found;
  const namespace = 'knative-eventing';
  await eventing?.patch({ spec: { config: { logging: { 'loglevel.controller': 'info' } } } });
  await waitFor('the ConfigMap follows', async (saw) => {
    const { data } = (await fleet.hub.get(resources.configMaps, { namespace, name: 'config-logging' })) as {
      readonly data?: Readonly<Record<string, string>>;
    };
    saw(data);
    return data?.['loglevel.controller'] === 'info';
  });
  await Promise.all([serving?.delete(), eventing?.delete()]);
  await Promise.all([serving?.waitForGone(), eventing?.waitForGone()]);
  await waitFor('nothing is left', async (saw) => {
    const left = [
      ...(await leftBehind(fleet.spoke(0).client)),
      ...(await leftBehind(fleet.hub, 'knative-eventing')),
    ].filter((place) => !place.startsWith('Namespace.'));
    saw(left);
    return left.length === 0;
  });
}

/** Nothing was written to find out, and that the other operator runs is told. */
async function onlyLooked(): Promise<void> {
  expect(await contents()).toEqual(before);
  expect(await managersOf(stage.fleet.spoke(0).client, 'knative-serving')).toEqual(new Set());
  const { exit, stdout } = await stage.shell.try('kubectl wheelwright check --only WW1105');
  expect({ exit, stdout }).toEqual({
    exit: 1,
    stdout: expect.stringContaining('knative-operator/knative-operator'),
  });
}

async function isTakenOver(): Promise<void> {
  await isUntouched();
  expect(await managersOf(stage.fleet.spoke(0).client, 'knative-serving')).toEqual(new Set(['wheelwright']));
  expect(await stage.shell.run('helm --namespace knative-operator get notes wheelwright')).toContain(
    'knative/operator is here as well, to run 0 replicas',
  );
  await passesHelmTest();
}

play('docs/migrate-from-knative-operator.md', stage, {
  after: {
    'Look before you write': onlyLooked,
    'Start Wheelwright': isTakenOver,
    'Go back': isUntouched,
    'Remove knative/operator': isInOneHand,
  },
});
