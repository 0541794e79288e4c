import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { kubectl, waitFor } from '../bed/index.ts';
import {
  CountHistory,
  deployment,
  Distributed,
  distributedObject,
  memberKubeconfig,
  memberSecret,
  Metric,
  minimalDefinition,
  prepareMember,
} from '../fleet/index.ts';
import { play } from './play.ts';
import { Stage } from './stage.ts';

/**
 * The agent is no open program, so that what it leaves behind is set up from its documents: members by a labelled Secret and by
 * the bundled one, and the fields of status, are those of the guides for members and for scaling by a ConfigMap; that a
 * ScaledObject of the same name leads to the object is said in its introduction, that the object owns it is inferred. Its
 * Deployment is an idle one with the variables that its chart sets.
 */
const namespace = 'keda';
const stage = Stage.use({ spokes: ['member-1', 'member-2'], keda: true });
const name = { namespace: 'default', name: 'nginx' };
const split = [4, 6] as const;
const values = {
  clusterName: 'prod',
  agent: {
    orgId: 'org',
    features: { distributedScaledObjectsEnabled: true, podResourceProfilesEnabled: true },
  },
  keda: { enabled: false },
};

let workload: Distributed;
/** Of the object that the agent leaves. */
let uid: string;
/** Numbers that each member was asked for, and how many were ready there. */
const asked: CountHistory[] = [];
const ready: CountHistory[] = [];
let totals: CountHistory;

beforeAll(async () => {
  const { fleet } = stage;
  await define();
  await installAgent();
  await Promise.all(
    fleet.spokes.map(async ({ client }, index) =>
      fleet.put(resources.deployments, deployment(split[index] ?? 0), client),
    ),
  );
  await registerAsGuides();
  workload = new Distributed(fleet);
  await leaveObjects();
  await waitFor('all replicas are ready', async () => (await workload.ready()) === 10, { timeoutMs: 90_000 });
  await waitFor(
    'KEDA decides the total',
    async (saw) => {
      const autoscaler = await fleet.hub
        .get(resources.horizontalPodAutoscalers, { ...name, name: 'keda-hpa-nginx' })
        .catch(() => undefined);
      saw(autoscaler?.['status']);
      return (
        (autoscaler?.['status'] as { readonly desiredReplicas?: number } | undefined)?.desiredReplicas === 10
      );
    },
    { timeoutMs: 180_000 },
  );
  await watchCounts();
});

afterAll(async () => {
  await Promise.all([...asked, ...ready, totals].map((history) => history?.[Symbol.asyncDispose]()));
});

/** Its definitions, of which ours are supersets, and the one that has no controller here. */
async function define(): Promise<void> {
  const { fleet } = stage;
  const files = ['install.kedify.io_kedifyconfigurations', 'keda.kedify.io_distributedscaledobjects'].map(
    (file) => fileURLToPath(new URL(`../../crds/${file}.yaml`, import.meta.url)),
  );
  // As Helm applies them.
  const how = ['--server-side', '--field-manager=helm'];
  for (const file of files) await kubectl(fleet.bed.hub.kubeconfig, ['apply', ...how, '--filename', file]);
  await fleet.hub.create(
    resources.customResourceDefinitions,
    minimalDefinition('keda.kedify.io', 'DistributedScaledJob', ['v1alpha1']),
  );
  await waitFor('the kinds are served', async () => {
    fleet.hub.invalidateDiscovery();
    await fleet.hub.list(resources.distributedScaledObjects);
    await fleet.hub.list(resources.kedifyConfigurations);
    return true;
  });
}

async function installAgent(): Promise<void> {
  const { fleet, shell } = stage;
  const chart = join(fleet.bed.directory, 'agent-chart');
  await mkdir(join(chart, 'templates'), { recursive: true });
  await writeFile(
    join(chart, 'Chart.yaml'),
    JSON.stringify({ apiVersion: 'v2', name: 'kedify-agent', version: '0.6.7' }),
  );
  const agent = deployment(1, { namespace, name: 'kedify-agent' });
  const env = [
    { name: 'DSO_ENABLED', value: '{{ .Values.agent.features.distributedScaledObjectsEnabled }}' },
  ];
  const text = JSON.stringify(agent).replace(
    '"image":"nginx"',
    `"image":"agent","env":${JSON.stringify(env)}`,
  );
  await writeFile(join(chart, 'templates', 'agent.yaml'), text);
  const where = `--namespace ${namespace} --create-namespace --wait --timeout 2m`;
  await shell.run(`helm install kedify-agent ${chart} ${where} --values -`, JSON.stringify(values));
}

async function registerAsGuides(): Promise<void> {
  const { fleet } = stage;
  const prepared = await Promise.all(
    fleet.spokes.map(({ cluster }, index) => prepareMember(cluster, `member-${index + 1}`)),
  );
  const [first = '', second = ''] = prepared.map(memberKubeconfig);
  await fleet.put(resources.secrets, memberSecret('member-1', first, { namespace }));
  await fleet.put(resources.secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: 'kedify-agent-multicluster-kubeconfigs' },
    data: { 'member-2-cluster.kubeconfig': Buffer.from(second).toString('base64') },
  });
}

async function leaveObjects(): Promise<void> {
  const { fleet } = stage;
  await new Metric(fleet.hub, 'mock-metric').set('50');
  const ids = { 'member-1': ['member-1', 'kubeconfig'], 'member-2': [fileId, 'file'] } as const;
  await fleet.hub.create(resources.kedifyConfigurations, {
    apiVersion: 'install.kedify.io/v1alpha1',
    kind: 'KedifyConfiguration',
    metadata: { namespace, name: 'kedify', finalizers: ['install.kedify.io/finalizer'] },
    spec: {},
  });
  const clusters = Object.fromEntries(
    Object.entries(ids).map(([member, [id, provider]]) => [
      member,
      { id, provider, state: 'Ready', info: '' },
    ]),
  );
  const how = { subresource: 'status', fieldManager: 'agent' } as const;
  await fleet.hub.patch(
    resources.kedifyConfigurations,
    { namespace, name: 'kedify' },
    'merge',
    { status: { multiClusterStatus: { clusters } } },
    how,
  );
  const object = await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({
      memberClusters: [
        { name: 'member-1', weight: 4 },
        { name: 'member-2', weight: 6 },
      ],
      totalTargetReplicas: 10,
      rebalancingPolicy: { gracePeriod: '1m' },
      scaledObjectSpec: { pollingInterval: 5 },
    }),
  );
  const rows = Object.entries(ids).map(([member, [id, provider]], index) => [
    member,
    {
      id,
      provider,
      currentReplicas: split[index],
      desiredReplicas: split[index],
      state: 'Ready',
      description: 'Cluster is healthy',
      excluded: false,
      lastStatusChangeTime: '2026-01-01T00:00:00Z',
    },
  ]);
  uid = object.metadata.uid ?? '';
  const condition = { reason: 'AsExpected', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const status = {
    selector: 'kedify-agent-distributedscaledobject=nginx',
    totalCurrentReplicas: 10,
    membersHealthyCount: 2,
    membersTotalCount: 2,
    memberClusterStatuses: Object.fromEntries(rows),
    print: { totalReplicas: '10/10', membersCount: '2/2' },
    conditions: [
      { type: 'Ready', status: 'True', ...condition },
      { type: 'ScaledObjectActive', status: 'True', ...condition },
      { type: 'Paused', status: 'False', ...condition },
    ],
  };
  await fleet.hub.patch(resources.distributedScaledObjects, name, 'merge', { status }, how);
  await leaveScaledObject(object);
}

const fileId = '/etc/mc/kubeconfigs/member-2-cluster.kubeconfig+kedify-agent@member-2';

async function leaveScaledObject({ apiVersion, kind, metadata, spec }: KubeObject): Promise<void> {
  const { fleet } = stage;
  const { scaledObjectSpec } = spec as { readonly scaledObjectSpec: object };
  const owner = {
    apiVersion,
    kind,
    name: metadata.name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const resource = await fleet.hub.resourceFor({
    group: 'keda.sh',
    version: 'v1alpha1',
    kind: 'ScaledObject',
  });
  await fleet.hub.create(
    resource,
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { ...name, ownerReferences: [owner] },
      spec: { ...scaledObjectSpec, scaleTargetRef: { apiVersion, kind, name: metadata.name } },
    },
    { fieldManager: 'agent' },
  );
}

async function watchCounts(): Promise<void> {
  const { fleet } = stage;
  const counts = (object: KubeObject, part: 'spec' | 'status', field: string): number | undefined =>
    (object[part] as Readonly<Record<string, number>> | undefined)?.[field];
  for (const { client } of fleet.spokes) {
    const what = { client, resource: resources.deployments, name };
    asked.push(await CountHistory.start({ ...what, count: (object) => counts(object, 'spec', 'replicas') }));
    ready.push(
      await CountHistory.start({ ...what, count: (object) => counts(object, 'status', 'readyReplicas') }),
    );
  }
  totals = await CountHistory.start({
    client: fleet.hub,
    resource: resources.distributedScaledObjects,
    name,
    count: (object) => counts(object, 'spec', 'totalTargetReplicas'),
  });
}

/** Not for a moment did anybody run less, or was anybody asked to. */
async function nothingMoved(): Promise<void> {
  expect(asked.map(({ values }) => values)).toEqual([[4], [6]]);
  expect(ready.map(({ values }) => values)).toEqual([[4], [6]]);
  expect(totals.values).toEqual([10]);
}

async function membersOfObject(): Promise<void> {
  await nothingMoved();
  const { metadata, status } = (await workload.object()) as KubeObject & {
    readonly status: { readonly memberClusterStatuses: Readonly<Record<string, object>> };
  };
  expect(metadata.uid).toBe(uid);
  expect(status.memberClusterStatuses).toMatchObject({
    'member-1': {
      id: 'member-1',
      provider: 'kubeconfig',
      currentReplicas: 4,
      desiredReplicas: 4,
      state: 'Ready',
    },
    'member-2': { provider: 'file', currentReplicas: 6, desiredReplicas: 6, state: 'Ready' },
  });
  const { data } = (await stage.fleet.hub.get(resources.secrets, {
    namespace,
    name: 'kedify-agent-multicluster-kubeconfigs',
  })) as { readonly data?: object };
  expect(Object.keys(data ?? {})).toEqual(['member-2-cluster.kubeconfig']);
}

/** The next metric is split by whoever is in charge now. */
async function actsOnMetrics(): Promise<void> {
  await nothingMoved();
  await new Metric(stage.fleet.hub, 'mock-metric').set('75');
  await workload.waitForSplit([6, 9], 180_000);
  expect(asked.map(({ values }) => values.toSorted((a, b) => a - b))).toEqual(
    asked.map(({ values }) => values),
  );
}

play('docs/migrate-from-kedify.md', stage, {
  after: {
    'Look before you write': nothingMoved,
    'Switch the feature off in the agent': nothingMoved,
    'Start Wheelwright': membersOfObject,
    'Go back': actsOnMetrics,
  },
});
