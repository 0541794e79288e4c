import { describe, expect, test } from 'vitest';
import type { GroupVersionKind, KubeObject } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import { NoMatchError } from '../../kube/index.ts';
import { eventing } from '../component.ts';
import { explainFailure } from '../failure.ts';
import { succeed } from '../installation-status.ts';
import type { Pass } from '../pass.ts';
import { emptySet, KnativeWorld } from '../testing/knative-world.ts';
import { checkPrerequisites } from './check-prerequisites.ts';

const on = { enabled: true };

/** On a cluster that serves these kinds and no others. */
function passOn(served: readonly string[], spec: object): Pass {
  const world = new KnativeWorld();
  const object = world.seed({ spec: { ...spec } });
  const resourceFor = async ({ group, kind }: GroupVersionKind): Promise<unknown> => {
    if (served.includes(kind)) return {};
    throw new NoMatchError(
      { cluster: world.spoke.name, verb: 'get', resource: `${kind}.${group}` },
      { message: `no matches for kind "${kind}"` },
    );
  };
  const client = { resourceFor, invalidateDiscovery: () => undefined };
  return world.pass({ object, cluster: { ...world.spoke, client } as unknown as Cluster });
}

test.each([
  ['without a word about ingress', {}],
  ['with another ingress', { ingress: { kourier: on } }],
  ['with the Gateway API switched off', { ingress: { 'gateway-api': { enabled: false } } }],
])('nothing is asked %s', async (_what, spec) => {
  const pass = passOn([], spec);
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});

test.each([
  [[], 'Gateway'],
  [['Gateway'], 'HTTPRoute'],
])('an ingress by the Gateway API on a cluster with %j wants its definitions', async (served, missing) => {
  const pass = passOn(served, { ingress: { 'gateway-api': on } });
  const thrown: unknown = await checkPrerequisites(pass).catch((error: unknown) => error);
  expect(explainFailure(thrown, pass)).toMatchObject({
    told: {
      outcome: { kind: 'requeue' },
      pass: {
        status: {
          conditions: expect.arrayContaining([
            expect.objectContaining({
              type: 'InstallSucceeded',
              status: 'False',
              message: expect.stringContaining(
                `cluster "fleet/spoke" does not serve ${missing}.gateway.networking.k8s.io. Install the Gateway API CRDs there; it continues by itself.`,
              ),
            }),
          ]),
        },
      },
    },
  });
});

test('and goes on where they are', async () => {
  const pass = passOn(['Gateway', 'HTTPRoute'], { ingress: { 'gateway-api': on } });
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});

test('a KnativeEventing needs nothing', async () => {
  const pass = { ...passOn([], {}), component: eventing };
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});

function objectOf(apiVersion: string, kind: string): KubeObject {
  return { apiVersion, kind, metadata: { name: 'one', namespace: 'team' } };
}

const gateway = objectOf('networking.istio.io/v1beta1', 'Gateway');
const peers = objectOf('security.istio.io/v1beta1', 'PeerAuthentication');
const delegation = objectOf('projectcontour.io/v1', 'TLSCertificateDelegation');
const certificate = objectOf('cert-manager.io/v1', 'Certificate');
const bundle = objectOf('trust.cert-manager.io/v1alpha1', 'Bundle');
const widget = objectOf('example.com/v1', 'Widget');
const definition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: { group: 'example.com', names: { kind: 'Widget' } },
};

const plugin = 'please install istio or disable the istio ingress plugin: ';
const goesOn = 'it continues by itself.';

test.each<[string, object, readonly KubeObject[], string]>([
  [
    'Istio, the default',
    {},
    [gateway, peers],
    `${plugin}cluster "fleet/spoke" does not serve Gateway.networking.istio.io. It continues by itself.`,
  ],
  [
    'Istio beside another ingress',
    { ingress: { istio: on, contour: on } },
    [gateway, delegation],
    `${plugin}cluster "fleet/spoke" does not serve Gateway.networking.istio.io and TLSCertificateDelegation.projectcontour.io. Install Contour there too; ${goesOn}`,
  ],
  [
    'Contour',
    { ingress: { contour: on } },
    [delegation],
    `cluster "fleet/spoke" does not serve TLSCertificateDelegation.projectcontour.io. Install Contour there; ${goesOn}`,
  ],
  [
    'certificates of two makers',
    { ingress: { kourier: on } },
    [certificate, bundle],
    `cluster "fleet/spoke" does not serve Certificate.cert-manager.io and Bundle.trust.cert-manager.io. Install cert-manager and trust-manager there; ${goesOn}`,
  ],
  [
    'something of a user',
    { ingress: {} },
    [widget],
    `cluster "fleet/spoke" does not serve Widget.example.com. Install the CustomResourceDefinition of Widget.example.com there; ${goesOn}`,
  ],
])('%s: what is missing is told before anything is applied', async (_what, spec, objects, message) => {
  const set = { ...emptySet, objects };
  const pass = { ...passOn([], spec), set };
  const thrown: unknown = await checkPrerequisites(pass).catch((error: unknown) => error);
  const failure = explainFailure(thrown, pass);
  const status = 'told' in failure ? failure.told.pass.status : undefined;
  const shown = status?.conditions.find(({ type }) => type === 'InstallSucceeded')?.message;
  expect(shown).toBe(`Install failed with message: ${message} WW3003`);

  const healed = {
    ...passOn(
      objects.map(({ kind }) => kind),
      spec,
    ),
    set,
  };
  expect(await checkPrerequisites(healed)).toEqual({ pass: healed });
});

test('kinds that the set defines itself need not be there before', async () => {
  const pass = {
    ...passOn(['CustomResourceDefinition'], {}),
    set: { ...emptySet, objects: [widget, definition] },
  };
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});

describe('a cluster that is older than the release wants', () => {
  const passAt = (serverVersion: string, given: Partial<Pass> = {}, minimum?: string): Pass => {
    const pass = passOn([], {});
    const renderer = { kubernetesMinVersion: minimum } as unknown as Pass['services']['renderer'];
    const services = { ...pass.services, renderer };
    const cluster = { ...(pass.cluster as Cluster), serverVersion };
    return { ...pass, version: '1.22.1', cluster, services, ...given };
  };
  const dependency = ({ pass }: { readonly pass: Pass }): string => {
    const found = pass.status.conditions.find(({ type }) => type === 'DependenciesInstalled');
    return `${found?.status} ${found?.message ?? ''}`.trim();
  };
  const message =
    'cluster "fleet/spoke" runs Kubernetes v1.31.2-gke.1, and KnativeServing 1.22.1 is made for 1.34 or newer: its pods may refuse to start. Upgrade that cluster, or choose an older version';

  test('is tried, and named as what may be in the way', async () => {
    const result = await checkPrerequisites(passAt('v1.31.2-gke.1'));
    expect(dependency(result)).toBe(`False Dependency missing: ${message}. WW3020`);
    expect(result.pass.findings).toEqual([{ reason: 'ClusterTooOld', field: 'spec.version', message }]);
    expect('outcome' in result).toBe(false);
  });

  test('is in the way no more once it is upgraded', async () => {
    const { pass } = await checkPrerequisites(passAt('v1.31.2'));
    expect(dependency(await checkPrerequisites(passAt('v1.34.0', { status: pass.status })))).toBe('Unknown');
  });

  test('is only told of where all is well, as it is after an upgrade of Knative', async () => {
    const { status, services } = passAt('v1.31.2');
    const well = succeed(status, 'DependenciesInstalled', services.clock.now());
    const result = await checkPrerequisites(passAt('v1.31.2', { status: well }));
    expect(dependency(result)).toBe('True');
    expect(result.pass.findings).toHaveLength(1);
  });

  test.each([
    ['v1.31.2', 'v1.30.0', 'Unknown'],
    ['v1.36.0', 'v1.40.0', 'False'],
  ])('is one at %s by what the operator is told (%s)', async (serverVersion, minimum, told) => {
    expect(dependency(await checkPrerequisites(passAt(serverVersion, {}, minimum)))).toMatch(told);
  });
});
