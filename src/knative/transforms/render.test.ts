import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KnativeEventingSpec,
  type KnativeServingSpec,
  type KubeObject,
  parseKnativeEventing,
  parseKnativeServing,
} from '../../api/index.ts';
import {
  eventingAddOns,
  type InstallationManifests,
  loadManifests,
  servingAddOns,
} from '../manifests/index.ts';
import { releaseRoots, storeOver } from '../manifests/release-manifests.fixture.ts';
import { anyObject, anySpec } from './any-input.fixture.ts';
import { hashObjects } from './hash-objects.ts';
import { configMap, contextFor, deployment, object, workload } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';
import { type Rendered, renderEventing, type RenderInput, renderServing } from './render.ts';
import { TransformError } from './transform-error.ts';
import { eventingTransforms, servingTransforms } from './transforms.ts';

const owner = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'anchor',
  uid: 'u',
  controller: true,
  blockOwnerDeletion: true,
};

function manifestsOf(parts: Partial<InstallationManifests>): InstallationManifests {
  return { core: [], addOns: [], additional: [], paths: [], missing: [], ...parts };
}

function resource<Spec>(kind: string, spec: Spec) {
  return {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind,
    metadata: { name: 'k', namespace: 'hub' },
    spec,
  };
}

function inputOf(parts: Partial<InstallationManifests>, given: Partial<RenderInput> = {}): RenderInput {
  return { manifests: manifestsOf(parts), version: '1.22.1', namespace: 'mine', ...given };
}

function serving(
  spec: KnativeServingSpec,
  parts: Partial<InstallationManifests>,
  given?: Partial<RenderInput>,
): Rendered {
  return renderServing(resource('KnativeServing', spec), inputOf(parts, given));
}

function eventing(spec: KnativeEventingSpec, parts: Partial<InstallationManifests>): Rendered {
  return renderEventing(resource('KnativeEventing', spec), inputOf(parts));
}

describe('the order of transforms', () => {
  it('lets a variable of a workload beat one of the registry', () => {
    const spec = {
      registry: { override: { RA_IMAGE: 'registry' } },
      workloads: [
        { name: 'd', env: [{ container: 'c', envVars: [{ name: 'RA_IMAGE', value: 'workload' }] }] },
      ],
    };
    const { objects } = serving(spec, {
      core: [deployment('d', { name: 'c', env: [{ name: 'RA_IMAGE', value: 'x' }] })],
    });
    expect(JSON.stringify(objects)).toContain('"value":"workload"');
  });

  it('lets the configuration beat the registry', () => {
    const settings = configMap('config-deployment', { 'queue-sidecar-image': 'a/queue' });
    const registry = { default: 'm/${NAME}', everyImage: true };
    const config = { deployment: { 'queue-sidecar-image': 'own/queue' } };
    expect(serving({ registry }, { core: [settings] }).objects[0]?.['data']).toEqual({
      'queue-sidecar-image': 'm/queue',
    });
    expect(serving({ registry, config }, { core: [settings] }).objects[0]?.['data']).toEqual({
      'queue-sidecar-image': 'own/queue',
    });
  });

  it('shows the default broker what the configuration says', () => {
    const spec = { config: { 'br-defaults': { 'default-br-config': 'clusterDefault: {name: mine}' } } };
    const { objects } = eventing(spec, {
      core: [configMap('config-br-defaults', { 'default-br-config': 'x: 1' })],
    });
    expect(objects[0]?.['data']).toEqual({
      'default-br-config': 'clusterDefault:\n  brokerClass: MTChannelBasedBroker\n  name: mine\n',
    });
  });

  it('labels plugins as part of Knative, and lets users label them otherwise no more', () => {
    const plugin = object('v1', 'Service', 'a', {
      metadata: { labels: { 'app.kubernetes.io/name': 'net-kourier' } },
    });
    const services = [{ name: 'a', labels: { 'app.kubernetes.io/name': 'mine' } }];
    const { objects } = serving({ services }, { addOns: [plugin] });
    expect(objects[0]?.metadata.labels).toEqual({ 'app.kubernetes.io/name': 'knative-serving' });
  });

  it('lets nobody own what lies beside Istio', () => {
    const gateway = object('v1', 'Service', 'knative-local-gateway');
    const { objects } = serving({}, { addOns: [gateway, object('v1', 'Service', 'b')] }, { owner });
    expect(objects.map(({ metadata }) => [metadata.namespace, metadata.ownerReferences])).toEqual([
      ['istio-system', undefined],
      ['mine', [owner]],
    ]);
  });
});

describe('rendering', () => {
  it('puts what the cluster calls cluster-scoped into no namespace, and gives it no owner', () => {
    const core = [object('trust.example.com/v1', 'Bundle', 'b', { metadata: { namespace: 'bogus' } })];
    const { objects } = serving({}, { core }, { owner, isNamespaced: ({ kind }) => kind !== 'Bundle' });
    expect(objects[0]?.metadata).toEqual({
      name: 'b',
      labels: { 'app.kubernetes.io/name': 'knative-serving' },
    });
  });

  it.each([
    [{}, []],
    [{ config: { features: { 'transport-encryption': 'Strict' } } }, ['c']],
    [{ config: { 'config-features': { 'transport-encryption': 'permissive' } } }, ['c']],
    [{ config: { features: {}, 'config-features': { 'transport-encryption': 'permissive' } } }, []],
    [{ config: { features: { 'transport-encryption': 'disabled' } } }, []],
  ])('of Eventing with %j has certificates %j', (spec, names) => {
    const { objects } = eventing(spec, { core: [object('cert-manager.io/v1', 'Certificate', 'c')] });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it.each([
    [
      object('apps/v1', 'Deployment', 'd', { spec: { template: { spec: { containers: 7 } } } }),
      "Deployment 'd': the field 'spec.template.spec.containers' must be a list of objects",
    ],
    [
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', { subjects: {} }),
      "RoleBinding 'b': the field 'subjects' must be a list of objects",
    ],
  ])('says which object is malformed: $kind', (malformed, says) => {
    expect(() => serving({ registry: { default: 'x' } }, { core: [malformed] })).toThrow(says);
  });

  it('tells what it left out, what is missing, and what nobody maintains', () => {
    const { findings, objects } = serving(
      { config: { nope: {} } },
      {
        additional: [object('v1', 'Namespace', 'elsewhere')],
        missing: ['ingress/1.22/istio', 'security-guard/0.6'],
        paths: ['/var/run/ko/security-guard/0.6'],
      },
    );
    expect(objects).toEqual([]);
    expect(findings.map(({ reason, field }) => [reason, field])).toEqual([
      ['ConfigUnknown', 'spec.config.nope'],
      ['VersionUnavailable', 'spec.ingress'],
      ['VersionUnavailable', 'spec.security'],
      ['NamespaceIgnored', 'spec.additionalManifests'],
      ['AddOnUnmaintained', 'spec.security.securityGuard'],
    ]);
  });
});

describe('every transform', () => {
  const spec: KnativeServingSpec & KnativeEventingSpec = {
    config: {
      '': { a: 'b' },
      a: { a: 'b' },
      'config-features': { a: 'b' },
      istio: { 'local-gateways': '- x' },
    },
    registry: { default: 'r/${NAME}', override: { c: 'x', E: 'y' }, imagePullSecrets: [{ name: 'p' }, {}] },
    'high-availability': { replicas: 3 },
    workloads: ['controller', 'eventing-webhook', '3scale-kourier-gateway', 'j-'].map((name) => ({
      name,
      replicas: 2,
      labels: { a: 'b' },
      annotations: { a: 'b' },
      nodeSelector: { a: 'b' },
      hostNetwork: true,
      resources: [{ container: 'c', limits: { cpu: 1 } }],
      env: [{ container: 'c', envVars: [{ name: 'E', value: 'v' }] }],
      readinessProbes: [{ container: 'c' }],
      livenessProbes: [{ container: 'c', periodSeconds: 1 }],
    })),
    services: [{ name: 'kourier', labels: { a: 'b' }, annotations: { a: 'b' }, selector: { a: 'b' } }],
    podDisruptionBudgets: [{ name: 'a', minAvailable: 1 }],
    resources: [{ container: 'c', requests: { cpu: 1 } }],
    namespace: { labels: { a: 'b' }, annotations: { a: 'b' } },
    'controller-custom-certs': { type: 'Secret', name: 's' },
    ingress: {
      istio: {
        enabled: true,
        'knative-local-gateway': { selector: { a: 'b' }, servers: [{ port: {}, tls: {} }] },
      },
      kourier: { enabled: true, 'service-type': 'NodePort', 'http-port': 1, 'bootstrap-configmap': 'b' },
    },
    security: { securityGuard: { enabled: true } },
    defaultBrokerClass: 'B',
    sinkBindingSelectionMode: 'inclusion',
  };
  const everything = [...servingTransforms, ...eventingTransforms];

  /** What becomes of an object: another one, or the reason why not; anything else must come to light. */
  function transformed(given: KubeObject): unknown {
    return everything.map((transform) => {
      try {
        return transform(given, contextFor(spec, { owner, kubernetesMinVersion: 'v1.30.0' }));
      } catch (error) {
        if (error instanceof TransformError) return error.message;
        throw error;
      }
    });
  }

  it.each([
    configMap('a'),
    configMap('config-br-defaults'),
    configMap('config-br-defaults', { 'default-br-config': 'namespaceDefaults: {}' }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'b'),
    object('apps/v1', 'Deployment', '3scale-kourier-gateway', {
      spec: { template: { spec: { volumes: [{ name: 'v' }] } } },
    }),
    object('apps/v1', 'Deployment', 'controller'),
    object('apps/v1', 'Deployment', 'controller', { spec: { template: { spec: {} } } }),
    workload('Deployment', 'eventing-webhook', [{}]),
  ])('takes $kind $metadata.name', (given) => {
    expect(transformed(given)).toHaveLength(everything.length);
  });

  it('takes whatever there may be, and never changes it', () => {
    fc.assert(
      fc.property(anyObject, (given) => {
        const before = JSON.stringify(given);
        transformed(given);
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });
});

describe('every spec', () => {
  const known = [
    configMap('config-br-defaults', { 'default-br-config': 'clusterDefault: {name: a}' }),
    configMap('config-features'),
    deployment('controller', { name: 'controller' }, { name: 'c', env: [{ name: 'c', value: 'x/y' }] }),
    deployment('eventing-webhook', { name: 'eventing-webhook', readinessProbe: { httpGet: {} } }),
    deployment('3scale-kourier-gateway', { name: 'c' }),
    workload('Job', '', [{ name: 'c' }], { metadata: { generateName: 'c' } }),
    object('v1', 'Service', 'kourier', { spec: { ports: [{ name: 'https' }] } }),
    object('v1', 'Service', 'knative-local-gateway'),
    object('networking.istio.io/v1', 'Gateway', 'knative-local-gateway'),
    object('policy/v1', 'PodDisruptionBudget', 'c', { spec: { minAvailable: 1 } }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'broker-ingress-hpa'),
    object('caching.internal.knative.dev/v1alpha1', 'Image', 'queue-proxy', { spec: { image: 'a/b' } }),
  ];

  /** What becomes of an object alone: another one that can be sent, or the reason why not. */
  function outcome(render: () => Rendered): string {
    try {
      const { objects } = render();
      hashObjects(objects);
      return JSON.stringify(objects);
    } catch (error) {
      if (error instanceof TransformError) return error.message;
      throw error;
    }
  }

  it.each([
    ['KnativeServing', parseKnativeServing, renderServing],
    ['KnativeEventing', parseKnativeEventing, renderEventing],
  ] as const)('of a %s makes objects that can be sent, or is refused', (kind, parse, render) => {
    fc.assert(
      fc.property(anySpec(kind), anyObject, (spec, any) => {
        const parsed = parse(resource(kind, spec));
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        for (const given of [...known, any]) {
          const input = inputOf({ core: [given] }, { namespace: 'knative-serving' });
          expect(outcome(() => render(parsed.resource, input)).length).toBeLessThan(4 * 2 ** 20);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('every release', async () => {
  const { old, recent } = releaseRoots();
  const store = storeOver(old, recent);
  const { signal } = new AbortController();
  const on = { enabled: true };

  for (const version of await store.versions('knative-serving')) {
    it(`of Serving ${version} can be rendered with everything, always the same`, async () => {
      const ingress = { istio: on, kourier: on, contour: on };
      const spec: KnativeServingSpec = {
        ingress,
        security: { securityGuard: on },
        'high-availability': { replicas: 3 },
        registry: { default: 'r/${NAME}' },
        workloads: [
          { name: 'controller', replicas: 2, resources: [{ container: 'controller', limits: { cpu: 1 } }] },
        ],
        config: { network: { a: 'b' }, kourier: { a: 'b' } },
      };
      const addOns = servingAddOns(spec, version);
      const manifests = await loadManifests({ component: 'serving', spec, version, addOns }, store, signal);
      const rendered = serving(spec, manifests, { version, owner });
      expect(faults(rendered)).toEqual([]);
      expect(hashObjects(serving(spec, manifests, { version, owner }).objects)).toBe(
        hashObjects(rendered.objects),
      );
    });
  }

  for (const version of await store.versions('knative-eventing')) {
    it(`of Eventing ${version} can be rendered with everything, always the same`, async () => {
      const spec: KnativeEventingSpec = {
        source: { ceph: on, github: on, gitlab: on, kafka: on, rabbitmq: on, redis: on },
        'high-availability': { replicas: 3 },
        registry: { default: 'r/${NAME}' },
        config: { features: { 'transport-encryption': 'strict' } },
      };
      const addOns = eventingAddOns(spec, version);
      const manifests = await loadManifests({ component: 'eventing', spec, version, addOns }, store, signal);
      const rendered = eventing(spec, manifests);
      expect(faults(rendered)).toEqual([]);
      expect(hashObjects(eventing(spec, manifests).objects)).toBe(hashObjects(rendered.objects));
    });
  }

  /** What must be true of every rendering, where it is not. */
  function faults({ objects, findings }: Rendered): readonly unknown[] {
    const identities = objects.map(({ kind, apiVersion, metadata }) =>
      [kind, apiVersion, metadata.namespace ?? '', metadata.name].join(' '),
    );
    return [
      ...findings.filter(({ reason }) => reason !== 'AddOnUnmaintained'),
      ...identities.filter((identity, index) => identities.indexOf(identity) !== index),
      ...objects.filter(({ metadata }) => typeof metadata.name !== 'string' || metadata.name === ''),
      ...objects.filter((each) => valueAt(each, ['status']) !== undefined),
      ...(objects.length > 60 ? [] : ['too few objects']),
    ];
  }
});

describe('the hash of objects', () => {
  it('follows what they say, not the order of their fields', () => {
    const a = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, x: 1, y: [1, 2] };
    const same = { y: [1, 2], x: 1, metadata: { name: 'a' }, kind: 'A', apiVersion: 'v1' };
    expect(hashObjects([a])).toBe(hashObjects([same]));
    expect(hashObjects([a])).not.toBe(hashObjects([{ ...a, y: [2, 1] }]));
    expect(hashObjects([a])).not.toBe(hashObjects([a, a]));
  });
});
