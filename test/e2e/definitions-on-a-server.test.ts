import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinition, servedKinds, withoutNulls } from '../../src/api/crd/index.ts';
import { type KubeObject, parseKnativeEventing, parseKnativeServing } from '../../src/api/index.ts';
import { InvalidError, type Resource, resources } from '../../src/kube/index.ts';
import { kubectl } from '../bed/index.ts';
import { Fleet } from '../fleet/index.ts';

let fleet: Fleet;

const namespace = 'definitions';
const ref = { name: 'spoke', namespace: 'fleet-system' };

beforeAll(async () => {
  // Nobody reconciles: this is about what the API server makes of the definitions.
  fleet = await Fleet.start({ spokes: 0 });
  await fleet.namespace(namespace);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

type Spec = Readonly<Record<string, unknown>>;

interface Kind {
  readonly kind: string;
  readonly resource: Resource;
  /** Every field that only this kind has. */
  readonly own: Spec;
}

const kinds: readonly Kind[] = [
  {
    kind: 'KnativeServing',
    resource: resources.knativeServings,
    own: {
      'controller-custom-certs': { type: 'Secret', name: 'registry-ca' },
      ingress: {
        istio: {
          enabled: true,
          'knative-ingress-gateway': gateway(),
          'knative-local-gateway': gateway(),
        },
        kourier: {
          enabled: true,
          'service-type': 'NodePort',
          'service-load-balancer-ip': '203.0.113.7',
          'http-port': 30_080,
          'https-port': 30_443,
          'bootstrap-configmap': 'my-bootstrap',
        },
        contour: { enabled: false },
        'gateway-api': { enabled: true },
      },
      security: { securityGuard: { enabled: true } },
    },
  },
  {
    kind: 'KnativeEventing',
    resource: resources.knativeEventings,
    own: {
      defaultBrokerClass: 'Kafka',
      sinkBindingSelectionMode: 'inclusion',
      source: {
        ceph: { enabled: true },
        github: { enabled: false },
        gitlab: { enabled: true },
        kafka: { enabled: false },
        rabbitmq: { enabled: true },
        redis: { enabled: false },
      },
    },
  },
];

function gateway(): Spec {
  return {
    selector: { istio: 'ingressgateway' },
    servers: [
      {
        port: { number: 443, protocol: 'HTTPS', name: 'https', target_port: 8_443 },
        bind: '0.0.0.0',
        hosts: ['*.example.com'],
        name: 'public',
        defaultEndpoint: '127.0.0.1:8080',
        tls: {
          httpsRedirect: true,
          mode: 'MUTUAL',
          serverCertificate: '/tls/crt',
          privateKey: '/tls/key',
          caCertificates: '/tls/ca',
          credentialName: 'wildcard',
          subjectAltNames: ['client.example.com'],
          verifyCertificateSpki: ['c3BraQ=='],
          verifyCertificateHash: ['00ff'],
          minProtocolVersion: 3,
          maxProtocolVersion: 4,
          cipherSuites: ['TLS_AES_128_GCM_SHA256'],
        },
      },
    ],
  };
}

function workload(): Spec {
  const probe = {
    container: 'controller',
    initialDelaySeconds: 1,
    timeoutSeconds: 2,
    periodSeconds: 3,
    successThreshold: 1,
    failureThreshold: 5,
    terminationGracePeriodSeconds: 6,
  };
  return {
    name: 'controller',
    labels: { a: 'b' },
    annotations: { c: 'd' },
    replicas: 3,
    nodeSelector: { disk: 'fast' },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { a: 'b' } },
      },
    ],
    tolerations: [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoExecute', tolerationSeconds: 30 }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] }],
        },
      },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { a: 'b' } } },
          },
        ],
      },
    },
    resources: [
      {
        container: 'controller',
        limits: { cpu: '1', memory: '1Gi' },
        requests: { cpu: '100m', memory: 500 },
        claims: [{ name: 'gpu' }],
      },
    ],
    env: [
      {
        container: 'controller',
        envVars: [
          { name: 'A', value: 'b' },
          { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
        ],
      },
    ],
    readinessProbes: [probe],
    livenessProbes: [{ container: 'controller' }],
    hostNetwork: true,
    version: '1.0.0',
    volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 's', readOnly: true }],
  };
}

/** Every field that both kinds have. */
const common: Spec = {
  version: '1.22.1',
  manifests: [{ URL: 'https://example.com/${VERSION}.yaml' }],
  additionalManifests: [{ URL: 'https://example.com/more.yaml' }],
  config: { network: { 'ingress-class': 'x' }, 'config-logging': { 'loglevel.controller': 'debug' } },
  registry: {
    default: 'mirror.example.com/${NAME}:v1',
    override: { 'controller/controller': 'mirror.example.com/controller:v1' },
    everyImage: true,
    imagePullSecrets: [{ name: 'mirror' }],
  },
  'high-availability': { replicas: 3 },
  workloads: [workload()],
  deployments: [workload()],
  services: [{ name: 'webhook', labels: { a: 'b' }, annotations: { c: 'd' }, selector: { e: 'f' } }],
  podDisruptionBudgets: [
    {
      name: 'activator-pdb',
      minAvailable: '50%',
      selector: { matchLabels: { a: 'b' } },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
    { name: 'webhook-pdb', maxUnavailable: 1 },
  ],
  resources: [{ container: 'controller', limits: { cpu: '1' }, requests: { memory: '1Gi' } }],
  namespace: { labels: { a: 'b' }, annotations: { c: 'd' } },
  namespaceConfiguration: { labels: { e: 'f' }, annotations: { g: 'h' } },
  clusterProfileRef: ref,
};

interface WithNull {
  readonly path: string;
  readonly spec: unknown;
}

/** The value with null in place of each of its parts, one after the other, and of all of it. */
function* withNullAnywhere(value: unknown, path = 'spec'): Generator<WithNull> {
  yield { path, spec: null };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value))
    for (const { path: below, spec } of withNullAnywhere(child, `${path}.${key}`))
      yield {
        path: below,
        spec: Array.isArray(value) ? value.with(Number(key), spec) : { ...value, [key]: spec },
      };
}

/** What is made of a spec with a null; `refused` where nothing is. */
interface Outcome {
  readonly path: string;
  readonly server: unknown;
  readonly commandLine: unknown;
}

const atOnce = 16;

function schemaOf(kind: string): Spec {
  const schemas = servedKinds
    .filter((definition) => definition.kind === kind)
    .map((definition) => {
      const { versions } = customResourceDefinition(definition)['spec'] as {
        readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Spec } }[];
      };
      return versions[0]?.schema.openAPIV3Schema;
    });
  return schemas[0] ?? {};
}

let made = 0;

function create({ kind, resource }: Kind, spec?: Spec): Promise<KubeObject> {
  return fleet.hub.create(resource, {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind,
    metadata: { namespace, name: `object-${++made}` },
    ...(spec === undefined ? {} : { spec }),
  });
}

describe.each(kinds)('a $kind', (kind) => {
  const { resource, own } = kind;

  function merge({ metadata: { name } }: KubeObject, spec: Spec | null): Promise<KubeObject> {
    return fleet.hub.patch(resource, { namespace, name }, 'merge', { spec });
  }

  test('keeps every field as it was written', async () => {
    const everything = { ...common, ...own };
    expect((await create(kind, everything))['spec']).toEqual(everything);
  });

  test('may lack its spec, and loses fields that nobody knows, at every level', async () => {
    expect(await create(kind)).not.toHaveProperty('spec.clusterProfileRef');
    const pruned = await create(kind, {
      clusterProfileRef: { ...ref, other: 1 },
      future: { a: 1 },
      registry: { default: 'x', future: true },
      workloads: [{ name: 'a', future: true, env: [{ container: 'c', future: 1 }] }],
      'high-availability': { replicas: 1, future: 2 },
    });
    expect(pruned['spec']).toEqual({
      clusterProfileRef: ref,
      registry: { default: 'x' },
      workloads: [{ name: 'a', env: [{ container: 'c' }] }],
      'high-availability': { replicas: 1 },
    });
  });

  test.each<[string, Spec, string]>([
    [
      'a reference without namespace',
      { clusterProfileRef: { name: 'a' } },
      'spec.clusterProfileRef.namespace',
    ],
    [
      'a reference with an empty name',
      { clusterProfileRef: { ...ref, name: '' } },
      'spec.clusterProfileRef.name',
    ],
    ['high availability without a number', { 'high-availability': {} }, 'spec.high-availability.replicas'],
    ['a workload without a name', { workloads: [{ replicas: 1 }] }, 'spec.workloads[0].name'],
    ['a manifest without its URL', { manifests: [{ url: 'x' }] }, 'spec.manifests[0].URL'],
  ])('is refused with %s', async (_what, spec, field) => {
    await expect(create(kind, spec)).rejects.toThrow(InvalidError);
    await expect(create(kind, spec)).rejects.toThrow(field);
  });

  test('reads null like the command line does, wherever it stands', async () => {
    const parse = kind.kind === 'KnativeServing' ? parseKnativeServing : parseKnativeEventing;
    const outcomeOf = async ({ path, spec }: WithNull): Promise<Outcome> => {
      const given = { apiVersion: 'operator.knative.dev/v1beta1', kind: kind.kind, spec };
      const read = withoutNulls(given, schemaOf(kind.kind)) as { readonly spec?: Spec };
      const { ok } = parse({ ...read, metadata: { namespace, name: 'a' } });
      return { path, server: await madeOf(spec as Spec), commandLine: ok ? read.spec : 'refused' };
    };
    const madeOf = async (spec: Spec): Promise<unknown> => {
      try {
        return (await create(kind, spec))['spec'];
      } catch (error) {
        if (error instanceof InvalidError) return 'refused';
        throw error;
      }
    };
    // Both lists of workloads are alike.
    const { deployments: _deployments, ...once } = common;
    const written = [...withNullAnywhere({ ...once, ...own })];
    const outcomes: Outcome[] = [];
    for (let at = 0; at < written.length; at += atOnce)
      outcomes.push(...(await Promise.all(written.slice(at, at + atOnce).map(outcomeOf))));
    const isSame = ({ server, commandLine }: Outcome): boolean => isDeepStrictEqual(server, commandLine);
    expect(outcomes.filter((outcome) => !isSame(outcome))).toEqual([]);
    // Of all fields, those that must be there and items of lists are the fewer.
    const refused = outcomes.filter(({ server }) => server === 'refused').length;
    expect(refused).toBeGreaterThan(20);
    expect(outcomes.length - refused).toBeGreaterThan(refused);
  });

  describe('stays with the cluster that it was created for:', () => {
    const addedOrRemoved = 'spec.clusterProfileRef cannot be added or removed after creation';

    test('a reference can be neither added nor removed', async () => {
      await expect(merge(await create(kind, {}), { clusterProfileRef: ref })).rejects.toThrow(addedOrRemoved);
      const remote = await create(kind, { clusterProfileRef: ref });
      await expect(merge(remote, { clusterProfileRef: null })).rejects.toThrow(addedOrRemoved);
    });

    test('nor by the way of an absent spec', async () => {
      await expect(merge(await create(kind), { clusterProfileRef: ref })).rejects.toThrow(addedOrRemoved);
      const remote = await create(kind, { clusterProfileRef: ref });
      await expect(merge(remote, null)).rejects.toThrow(addedOrRemoved);
    });

    test.each([
      ['name', { ...ref, name: 'other' }],
      ['namespace', { ...ref, namespace: 'other' }],
    ])('its %s cannot be another', async (_what, other) => {
      const remote = await create(kind, { clusterProfileRef: ref });
      await expect(merge(remote, { clusterProfileRef: other })).rejects.toThrow(
        'spec.clusterProfileRef is immutable',
      );
    });

    test('everything else may change', async () => {
      const remote = await create(kind, { clusterProfileRef: ref, version: '1.21' });
      expect((await merge(remote, { version: '1.22' }))['spec']).toEqual({
        clusterProfileRef: ref,
        version: '1.22',
      });
      const local = await create(kind, { version: '1.21' });
      expect(await merge(local, null)).not.toHaveProperty('spec.version');
    });
  });

  test('shows its cluster, version, readiness and reason in a list', async () => {
    const { metadata } = await create(kind, { clusterProfileRef: ref });
    const status = {
      version: '1.22.1',
      conditions: [{ type: 'Ready', status: 'False', reason: 'NotReady' }],
    };
    await fleet.hub.patch(
      resource,
      { namespace, name: metadata.name },
      'merge',
      { status },
      { subresource: 'status' },
    );
    const table = await kubectl(fleet.bed.hub.kubeconfig, [
      `--namespace=${namespace}`,
      'get',
      resource.plural,
      metadata.name,
    ]);
    const [head = '', row = ''] = table.split('\n');
    expect(head.split(/\s{2,}/).map((title) => title.trim())).toEqual([
      'NAME',
      'VERSION',
      'READY',
      'REASON',
      'TARGET CLUSTER',
      'AGE',
    ]);
    expect(row.split(/\s+/).slice(0, 5)).toEqual([metadata.name, '1.22.1', 'False', 'NotReady', 'spoke']);
  });
});

test.each([
  ['kserving', 0],
  ['keventing', 1],
  ['knative', 0],
  ['wheelwright', 1],
] as const)('kubectl get %s finds it, and tells more with -o wide', async (called, index) => {
  const { metadata } = await create((kinds as readonly [Kind, Kind])[index]);
  const table = await kubectl(fleet.bed.hub.kubeconfig, [
    `--namespace=${namespace}`,
    'get',
    called,
    '--output=wide',
  ]);
  expect(table).toContain(metadata.name);
  for (const title of ['TARGET NAMESPACE', 'NEXT VERSION', 'MESSAGE']) expect(table).toContain(title);
});

test.each(['ceph', 'github', 'gitlab', 'kafka', 'rabbitmq', 'redis'])(
  'sources without %s are refused',
  async (missing) => {
    const [, eventing] = kinds as readonly [Kind, Kind];
    const { [missing]: _left, ...source } = eventing.own['source'] as Readonly<Record<string, unknown>>;
    await expect(create(eventing, { source })).rejects.toThrow(`spec.source.${missing}`);
  },
);

test('a TLS mode that Istio does not know is refused', async () => {
  const [serving] = kinds as readonly [Kind, Kind];
  const servers = [{ hosts: ['*'], tls: { mode: 'FOO' } }];
  const spec = { ingress: { istio: { enabled: true, 'knative-ingress-gateway': { servers } } } };
  await expect(create(serving, spec)).rejects.toThrow(
    'spec.ingress.istio.knative-ingress-gateway.servers[0].tls.mode',
  );
});
