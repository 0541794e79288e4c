import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { servedKinds } from '../../src/api/crd/index.ts';
import { operatorFlags } from '../../src/operator/index.ts';
import { containerOf, flagsOf, optionsOf, podOf } from './deployment.ts';
import { chartDirectory, only, render, runHelm } from './helm.ts';

let objects: readonly KubeObject[];

beforeAll(async () => {
  objects = await render();
});

it('has nothing that Helm would complain of', async () => {
  const { code, stdout } = await runHelm(['lint', '--strict', chartDirectory]);
  expect(stdout).toContain('0 chart(s) failed');
  expect(code).toBe(0);
});

it('is made of these objects', () => {
  const kinds = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
  expect(kinds).toEqual([
    'ClusterRole fleet-ww-wheelwright-local-knative',
    'ClusterRole fleet-ww-wheelwright-objects',
    'ClusterRoleBinding fleet-ww-wheelwright-local-knative',
    'ClusterRoleBinding fleet-ww-wheelwright-objects',
    'CustomResourceDefinition distributedscaledobjects.keda.kedify.io',
    'CustomResourceDefinition kedifyconfigurations.install.kedify.io',
    'CustomResourceDefinition knativeeventings.operator.knative.dev',
    'CustomResourceDefinition knativeservings.operator.knative.dev',
    'Deployment ww-wheelwright',
    'PodDisruptionBudget ww-wheelwright',
    'Role ww-wheelwright-leases',
    'RoleBinding ww-wheelwright-leases',
    'Service ww-wheelwright-metrics',
    'ServiceAccount ww-wheelwright',
  ]);
});

it('puts all that has a namespace into that of the release', () => {
  const namespaced = objects.filter(({ kind }) => !/^(Cluster|CustomResource)/.test(kind));
  expect(new Set(namespaced.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['fleet']));
});

describe('the pod', () => {
  it('runs without any privilege, and writes nowhere but to its volumes', () => {
    expect(podOf(objects).spec['securityContext']).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf(objects).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = containerOf(objects).volumeMounts.filter(({ readOnly }) => readOnly !== true);
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/var/cache/wheelwright', '/tmp']);
  });

  it('spreads over nodes and zones', () => {
    const labels = { 'app.kubernetes.io/name': 'wheelwright', 'app.kubernetes.io/instance': 'ww' };
    const { affinity, topologySpreadConstraints } = podOf(objects).spec;
    expect(JSON.stringify(affinity)).toContain('kubernetes.io/hostname');
    expect(topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ]);
    expect(podOf(objects).metadata.labels).toMatchObject(labels);
  });

  it('is asked how it is on the port of its probes', () => {
    expect(containerOf(objects)).toMatchObject({
      ports: [
        { name: 'health', containerPort: 8080 },
        { name: 'metrics', containerPort: 9090 },
      ],
      startupProbe: { httpGet: { path: '/healthz', port: 'health' }, failureThreshold: 60 },
      livenessProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 20 },
      readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 10 },
    });
  });

  it('has mounts for its volumes, and volumes for its mounts', () => {
    const mounts = containerOf(objects).volumeMounts.map(({ name }) => name);
    expect(mounts.toSorted()).toEqual(
      podOf(objects)
        .spec.volumes.map(({ name }) => name)
        .toSorted(),
    );
  });

  it('gives the operator flags that it has, with values that it takes', () => {
    const known = new Set(operatorFlags.map(({ name }) => name));
    for (const name of Object.keys(flagsOf(containerOf(objects).args.slice(1))))
      expect(known).toContain(name);
    expect(optionsOf(objects)).toMatchObject({
      providerFile: undefined,
      pollIntervalMs: 10_000,
      manifestsDirectory: '/knative-releases/var/run/ko',
      cacheDirectory: '/var/cache/wheelwright',
      download: true,
      leaderElection: true,
      scaling: { distributedScaledObjects: false, distributedScaledJobs: false },
    });
  });

  it('is selected by the budget and the Service', () => {
    const { labels } = podOf(objects).metadata;
    for (const selector of [
      (only(objects, 'PodDisruptionBudget')['spec'] as { selector: { matchLabels: object } }).selector
        .matchLabels,
      (only(objects, 'Service')['spec'] as { selector: object }).selector,
    ])
      expect(labels).toMatchObject(selector);
  });
});

describe('definitions', () => {
  it('are those of the source, kept when the release goes', () => {
    const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(definitions.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      servedKinds.map(({ group, plural }) => `${plural}.${group}`).toSorted(),
    );
    for (const { metadata } of definitions)
      expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
  });

  it('go with the release where that is asked for', async () => {
    const given = await render({ crds: { keep: false } });
    const definitions = given.filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(definitions.map(({ metadata }) => metadata.annotations)).toEqual(servedKinds.map(() => undefined));
  });

  it('may be left to somebody else', async () => {
    const given = await render({ crds: { install: false } });
    expect(given.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
  });
});

describe("Knative's releases", () => {
  const sourceOf = (given: readonly KubeObject[]) => ({
    directory: optionsOf(given).manifestsDirectory,
    image: podOf(given).spec.volumes.find(({ name }) => name === 'knative-releases')?.['image'],
  });

  it.each([
    ['1.34.9', undefined],
    ['1.35.0', '/knative-releases/var/run/ko'],
    ['1.36.0-gke.1', '/knative-releases/var/run/ko'],
  ])('on Kubernetes %s are mounted at %s', async (kubernetes, directory) => {
    expect(sourceOf(await render({}, { kubernetes })).directory).toBe(directory);
  });

  it('come from the image that is asked for', async () => {
    const image = { repository: 'mirror.example.com/knative', digest: `sha256:${'a'.repeat(64)}` };
    const given = await render({
      knative: { manifests: { source: 'image', image, path: '/kodata', download: false } },
    });
    expect(sourceOf(given)).toEqual({
      directory: '/knative-releases/kodata',
      image: { reference: `mirror.example.com/knative@${image.digest}`, pullPolicy: 'IfNotPresent' },
    });
    expect(optionsOf(given).download).toBe(false);
  });

  it('are only downloaded, into a claim, where that is asked for', async () => {
    const manifests = { source: 'download', cache: { existingClaim: 'releases' } };
    const given = await render({ knative: { manifests } });
    expect(sourceOf(given)).toEqual({ directory: undefined, image: undefined });
    expect(podOf(given).spec.volumes[0]).toEqual({
      name: 'cache',
      persistentVolumeClaim: { claimName: 'releases' },
    });
  });
});
