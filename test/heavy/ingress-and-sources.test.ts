import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  addOnsAtHand,
  AuditLog,
  deliveredPlaces,
  Fleet,
  Installation,
  isDefinition,
  metricValue,
  minimalDefinition,
  type RunningOperator,
  setSchedulable,
} from '../fleet/index.ts';

/** Serving and Eventing on the hub itself: what these tests are about is the same on a spoke. */
let fleet: Fleet;
let hub: KubeClient;
let audit: AuditLog;
let operator: RunningOperator;
let serving: Installation;
let eventing: Installation;

/** A spec names all six. */
const allSources = ['ceph', 'github', 'gitlab', 'kafka', 'rabbitmq', 'redis'];
/** Releases up to 1.15 have no ingress by the Gateway API. */
const ingresses = await addOnsAtHand('ingress', ['istio', 'kourier', 'contour', 'gateway-api']);
/** Up to 1.15 the StatefulSet of Kafka mounts a volume that it does not have, which newer Kubernetes refuses. */
const sources = (await addOnsAtHand('eventing-source', allSources)).filter(
  (source) => source !== 'kafka' || ingresses.includes('gateway-api'),
);

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    hub: { admissionWebhooks: false, flags: { 'kube-apiserver': audit.flags } },
    spokes: 0,
  });
  ({ hub } = fleet);
  operator = await startOperator();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

function startOperator(): Promise<RunningOperator> {
  return fleet.startOperator({ providers: null, knativeOnHub: true, flags: ['--disable-ha'] });
}

async function define(group: string, kind: string): Promise<void> {
  await hub.create(resources.customResourceDefinitions, minimalDefinition(group, kind));
}

/** Definitions stay for good. */
async function places(component: string): Promise<readonly string[]> {
  const all = await deliveredPlaces(hub, component);
  return all.filter((place) => !isDefinition(place));
}

function without(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((each) => !others.includes(each));
}

function switched(all: readonly string[], on: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(all.map((name) => [name, { enabled: on.includes(name) }]));
}

/** Every subset once, each unlike the one before in one member only, so that each comes and goes beside all others. */
function subsets(all: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: 2 ** all.length }, (_, index) => {
    const code = index ^ (index >> 1);
    return all.filter((_name, bit) => (code & (1 << bit)) !== 0);
  });
}

/** The last parts of the paths behind the first one, which is the release's. */
function addOnsOf(object: KubeObject): readonly (string | undefined)[] {
  const { manifests } = object['status'] as { readonly manifests: readonly string[] };
  return manifests.slice(1).flatMap((paths) => paths.split(',').map((path) => path.split('/').at(-1)));
}

let looks = 0;

/** What the operator writes in two more looks at the object, apart from events. */
async function writesOfTwoLooks(installation: Installation): Promise<readonly string[]> {
  const startedAt = Date.now();
  for (let look = 1; look <= 2; look++) {
    const before = await passes();
    await installation.patch({ metadata: { annotations: { 'example.com/look': `${++looks}` } } });
    await waitFor('the operator has looked again', async () => (await passes()) > before);
  }
  return audit.writesSince(startedAt);
}

function passes(): Promise<number> {
  return metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total');
}

describe('ingress', () => {
  let bare: readonly string[];

  beforeAll(async () => {
    for (const [group, kind] of [
      ['networking.istio.io', 'Gateway'],
      ['security.istio.io', 'PeerAuthentication'],
      ['projectcontour.io', 'TLSCertificateDelegation'],
      ['gateway.networking.k8s.io', 'Gateway'],
      ['gateway.networking.k8s.io', 'HTTPRoute'],
    ] as const)
      await define(group, kind);
    await fleet.namespace('istio-system');
    serving = await Installation.create(fleet, 'serving', { spec: { ingress: {} } });
    await serving.waitForReady();
    bare = await places('knative-serving');
  });

  test('another one takes the place of Istio, of which nothing stays, however long it needs to start', async () => {
    await serving.patch({ spec: { ingress: switched(ingresses, ['istio']) } });
    await serving.waitForReady();
    const ofIstio = without(await places('knative-serving'), bare);
    expect(ofIstio).toContain('Service. istio-system/knative-local-gateway');
    await setSchedulable(hub, false);
    await serving.patch({ spec: { ingress: switched(ingresses, ['kourier']) } });
    await serving.waitForCondition({
      type: 'DeploymentsAvailable',
      status: 'False',
      message: 'Waiting on deployments: 3scale-kourier-gateway, net-kourier-controller',
    });
    // Until then the old one serves.
    expect(without(ofIstio, await places('knative-serving'))).toEqual([]);
    // Whoever goes on knows what is obsolete from the cluster alone.
    await operator.process.kill();
    operator = await startOperator();
    await setSchedulable(hub, true);
    await serving.waitForReady();
    const now = await places('knative-serving');
    expect(now.filter((place) => ofIstio.includes(place))).toEqual([]);
    expect(without(now, bare)).not.toEqual([]);
    await serving.patch({ spec: { ingress: switched(ingresses, []) } });
    await serving.waitForReady();
    expect(await places('knative-serving')).toEqual(bare);
  });

  test('Security-Guard goes when it is switched off; its definition stays', async () => {
    const guard = (enabled: boolean) => ({ spec: { security: { securityGuard: { enabled } } } });
    await serving.patch(guard(true));
    await serving.waitForReady();
    expect(without(await places('knative-serving'), bare)).toContain(
      'Deployment.apps knative-serving/guard-service',
    );
    expect(await writesOfTwoLooks(serving)).toEqual([]);
    await serving.patch(guard(false));
    await serving.waitForReady();
    expect(await places('knative-serving')).toEqual(bare);
    expect(await deliveredPlaces(hub)).toContain(
      'CustomResourceDefinition.apiextensions.k8s.io /guardians.guard.security.knative.dev',
    );
  });

  test.each(subsets(ingresses).map((on) => [on]))('by %j costs nothing at rest', async (on) => {
    await serving.patch({ spec: { ingress: switched(ingresses, on) } });
    const order = ['istio', 'contour', 'kourier', 'gateway-api'];
    expect(addOnsOf(await serving.waitForReady())).toEqual(order.filter((name) => on.includes(name)));
    expect(await writesOfTwoLooks(serving)).toEqual([]);
  });

  test('of no kind leaves what was there before', async () => {
    await serving.patch({ spec: { ingress: switched(ingresses, []) } });
    await serving.waitForReady();
    expect(await places('knative-serving')).toEqual(bare);
  });
});

describe('sources', () => {
  let bare: readonly string[];

  beforeAll(async () => {
    eventing = await Installation.create(fleet, 'eventing', {});
    await eventing.waitForReady();
    bare = await places('knative-eventing');
  });

  test.each(subsets(sources).map((on) => [on]))('%j cost nothing at rest', async (on) => {
    await eventing.patch({ spec: { source: switched(allSources, on) } });
    expect(addOnsOf(await eventing.waitForReady())).toEqual(on);
    expect(await writesOfTwoLooks(eventing)).toEqual([]);
  });

  test('go when they are switched off, and their definitions stay', async () => {
    await eventing.patch({ spec: { source: switched(allSources, sources) } });
    await eventing.waitForReady();
    const defined = without(await deliveredPlaces(hub, 'knative-eventing'), await places('knative-eventing'));
    await eventing.patch({ spec: { source: null } });
    await eventing.waitForReady();
    expect(await places('knative-eventing')).toEqual(bare);
    expect(without(await deliveredPlaces(hub, 'knative-eventing'), bare)).toEqual(defined);
  });

  test('and transport encryption cost nothing at rest either', async () => {
    await define('cert-manager.io', 'Certificate');
    const config = { features: { 'transport-encryption': 'strict' } };
    await eventing.patch({ spec: { config, source: switched(allSources, sources) } });
    await eventing.waitForReady();
    const encrypted = await places('knative-eventing');
    expect(encrypted.filter((place) => place.startsWith('Certificate.cert-manager.io ')).length).toBe(4);
    expect(await writesOfTwoLooks(eventing)).toEqual([]);
  });
});

test('everything at once costs another operator that takes over no write', async () => {
  await serving.patch({
    spec: { ingress: switched(ingresses, ingresses), security: { securityGuard: { enabled: true } } },
  });
  await serving.waitForReady();
  await operator.process.stop();
  const startedAt = Date.now();
  operator = await startOperator();
  await waitFor('it has looked at both', async () => (await passes()) >= 2);
  for (const installation of [serving, eventing]) expect(await writesOfTwoLooks(installation)).toEqual([]);
  expect(await audit.writesSince(startedAt)).toEqual([]);
});
