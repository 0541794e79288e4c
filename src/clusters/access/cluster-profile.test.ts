import { expect, test } from 'vitest';
import { readClusterProfile } from './cluster-profile.ts';

const cluster = { server: 'https://spoke:6443' };
const profile = (parts: {
  readonly metadata?: object;
  readonly spec?: object | null;
  readonly status?: object | null | undefined;
}): unknown => ({
  apiVersion: 'multicluster.x-k8s.io/v1alpha1',
  kind: 'ClusterProfile',
  metadata: {
    namespace: 'fleet-system',
    name: 'spoke-1',
    uid: 'u-1',
    resourceVersion: '7',
    generation: 2,
    ...parts.metadata,
  },
  spec: parts.spec === undefined ? { displayName: 'Spoke 1', clusterManager: { name: 'ocm' } } : parts.spec,
  status: parts.status,
});

test('a profile is read as a whole', () => {
  const read = readClusterProfile(
    profile({
      metadata: {
        creationTimestamp: '2026-01-01T00:00:00Z',
        deletionTimestamp: '2026-02-01T00:00:00Z',
        labels: {
          'multicluster.x-k8s.io/inventory-member-id': 'm-1',
          'multicluster.x-k8s.io/clusterset': 'prod',
          'clusterset.multicluster.x-k8s.io': 'other',
        },
      },
      status: {
        version: { kubernetes: 'v1.34.2-eks' },
        properties: [{ name: 'topology.kubernetes.io/region', value: 'eu' }],
        conditions: [
          {
            type: 'ControlPlaneHealthy',
            status: 'True',
            reason: 'Fine',
            message: 'ok',
            lastTransitionTime: 't',
          },
        ],
        accessProviders: [
          {
            name: 'open-cluster-management',
            cluster: {
              server: 'https://proxy:9092/spoke-1',
              'tls-server-name': 'kubernetes',
              'insecure-skip-tls-verify': true,
              'certificate-authority': '/etc/ca',
              'certificate-authority-data': 'YQ==',
              'proxy-url': 'http://proxy',
              'disable-compression': true,
              extensions: [
                { name: 'client.authentication.k8s.io/exec', extension: { clusterName: 'spoke-1' } },
              ],
            },
          },
        ],
      },
    }),
  );
  expect(read).toMatchObject({
    key: 'fleet-system/spoke-1',
    namespace: 'fleet-system',
    name: 'spoke-1',
    uid: 'u-1',
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-01-01T00:00:00Z',
    deleting: true,
    manager: 'ocm',
    displayName: 'Spoke 1',
    memberId: 'm-1',
    clusterSet: 'prod',
    kubernetesVersion: 'v1.34.2-eks',
    warnings: [],
  });
  expect(read.properties.get('topology.kubernetes.io/region')).toBe('eu');
  expect(read.conditions.get('ControlPlaneHealthy')).toMatchObject({ status: 'True', reason: 'Fine' });
  expect(read.providers.get('open-cluster-management')).toEqual({
    name: 'open-cluster-management',
    problem: undefined,
    cluster: {
      server: 'https://proxy:9092/spoke-1',
      tlsServerName: 'kubernetes',
      insecureSkipTlsVerify: true,
      certificateAuthorityFile: '/etc/ca',
      certificateAuthorityData: 'YQ==',
      proxyUrl: 'http://proxy',
      disableCompression: true,
      extensions: new Map([['client.authentication.k8s.io/exec', { clusterName: 'spoke-1' }]]),
    },
  });
});

test.for([
  ['no status', undefined],
  ['a null status', null],
  [
    'null lists',
    { conditions: null, accessProviders: null, credentialProviders: null, properties: null, version: null },
  ],
  ['empty lists', { conditions: [], accessProviders: [], properties: [] }],
] as const)('%s is a profile that says nothing (C36)', ([, status]) => {
  const read = readClusterProfile(profile({ status, spec: null }));
  expect(read.conditions.size).toBe(0);
  expect(read.providers.size).toBe(0);
  expect(read.manager).toBeUndefined();
});

test('an empty member id is none', () => {
  const metadata = { labels: { 'multicluster.x-k8s.io/inventory-member-id': '' } };
  expect(readClusterProfile(profile({ metadata })).memberId).toBeUndefined();
});

test('the cluster set is also read from the label of the KEP', () => {
  const metadata = { labels: { 'clusterset.multicluster.x-k8s.io': 'prod' } };
  expect(readClusterProfile(profile({ metadata })).clusterSet).toBe('prod');
});

test('accessProviders wins over credentialProviders, whole elements at a time (C16)', () => {
  const { providers } = readClusterProfile(
    profile({
      status: {
        credentialProviders: [{ name: 'a', cluster: { server: 'https://old', 'tls-server-name': 'old' } }],
        accessProviders: [{ name: 'a', cluster: { server: 'https://new' } }],
      },
    }),
  );
  expect(providers.get('a')?.cluster).toMatchObject({ server: 'https://new', tlsServerName: undefined });
});

test('credentialProviders alone works, and its deprecation is told (C17)', () => {
  const read = readClusterProfile(profile({ status: { credentialProviders: [{ name: 'a', cluster }] } }));
  expect(read.providers.get('a')?.cluster).toMatchObject(cluster);
  expect(read.warnings).toEqual([expect.stringContaining('status.credentialProviders is deprecated')]);
});

test('a provider without a cluster is offered, but not filled in', () => {
  const read = readClusterProfile(
    profile({ status: { accessProviders: [{ name: 'a' }, { name: 'b', cluster: null }] } }),
  );
  expect(read.providers.get('a')?.cluster?.server).toBeUndefined();
  expect(read.providers.get('b')?.problem).toBeUndefined();
});

test('an empty server is one that is not there yet (C19)', () => {
  const read = readClusterProfile(
    profile({ status: { accessProviders: [{ name: 'KubeFleet', cluster: { server: '' } }] } }),
  );
  expect(read.providers.get('KubeFleet')?.cluster?.server).toBeUndefined();
});

const extension = (name: string, value: unknown = {}): object => ({ name, extension: value });

test.for([
  ['a server that is no text', { server: 7 }, 'server must be a string, not a number'],
  [
    'an extension that is there twice (C34)',
    { ...cluster, extensions: [extension('a'), extension('b'), extension('a')] },
    "'a' is there twice",
  ],
  [
    'too many extensions',
    { ...cluster, extensions: Array.from({ length: 65 }, (_, i) => extension(`${i}`)) },
    'more than 64',
  ],
  [
    'an extension that is too large',
    { ...cluster, extensions: [extension('a', 'x'.repeat(65_537))] },
    'larger than 64 KiB',
  ],
] as const)('%s spoils its own provider only', ([, broken, problem]) => {
  const { providers } = readClusterProfile(
    profile({
      status: {
        accessProviders: [
          { name: 'broken', cluster: broken },
          { name: 'good', cluster },
        ],
      },
    }),
  );
  expect(providers.get('good')?.cluster).toMatchObject(cluster);
  expect(providers.get('broken')).toMatchObject({
    cluster: undefined,
    problem: expect.stringContaining(problem),
  });
});

test('of very many providers the first 64 are looked at, of nameless ones none (C45)', () => {
  const many = Array.from({ length: 70 }, (_, i) => ({ name: i === 3 ? '' : `p${i}`, cluster }));
  const read = readClusterProfile(profile({ status: { accessProviders: many } }));
  expect(read.providers.size).toBe(63);
  expect(read.warnings).toEqual([
    'only the first 64 access providers are looked at',
    'an access provider has no name and is passed over',
  ]);
});

test('v1alpha2 is read the same, unknown fields and all (C43, C45)', () => {
  const v1alpha2 = {
    ...(profile({ status: { accessProviders: [{ name: 'a', cluster, later: 1 }], later: {} } }) as object),
    apiVersion: 'multicluster.x-k8s.io/v1alpha2',
    later: [],
  };
  expect(readClusterProfile(v1alpha2).providers.get('a')?.cluster).toMatchObject(cluster);
});

test.for([
  ['nothing', undefined, 'cannot read ClusterProfile: the document is required'],
  ['no metadata', {}, 'cannot read ClusterProfile: metadata is required'],
  [
    'providers that are no list',
    profile({ status: { accessProviders: {} } }),
    'cannot read ClusterProfile fleet-system/spoke-1: status.accessProviders must be an array, not an object',
  ],
] as const)('%s is no profile', ([, object, problem]) => {
  expect(() => readClusterProfile(object)).toThrow(problem);
});
