import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, resources } from '../../src/kube/index.ts';
import {
  addOnsAtHand,
  conditionOf,
  deliveredPlaces,
  Fleet,
  Installation,
  minimalDefinition,
} from '../fleet/index.ts';

let fleet: Fleet;
let spoke: KubeClient;

const namespace = 'knative-serving';

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0).client;
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function provide(...definitions: readonly KubeObject[]): Promise<unknown> {
  return Promise.all(definitions.map((each) => spoke.create(resources.customResourceDefinitions, each)));
}

const ingress = (name: string): object => ({
  ingress: { istio: null, kourier: null, contour: null, 'gateway-api': null, [name]: { enabled: true } },
});

test('what an ingress needs is told before anything is applied, and found once it is there', async () => {
  const { process } = await fleet.startOperator({ flags: ['--remote-deployments-poll-interval=1s'] });
  const serving = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: { ingress: { istio: { enabled: true } } },
  });
  const refused = (message: string): Promise<KubeObject> =>
    serving.waitForCondition({ type: 'InstallSucceeded', status: 'False', reason: 'Error', message });
  await refused(
    'Install failed with message: please install istio or disable the istio ingress plugin: cluster "fleet-system/spoke-1" does not serve Gateway.networking.istio.io. It continues by itself.',
  );
  await serving.patch({ spec: ingress('contour') });
  await refused('does not serve TLSCertificateDelegation.projectcontour.io. Install Contour there');
  // Releases up to 1.15 have no ingress by it.
  const [gatewayApi] = await addOnsAtHand('ingress', ['gateway-api']);
  if (gatewayApi !== undefined) {
    await serving.patch({ spec: ingress(gatewayApi) });
    await refused('does not serve Gateway.gateway.networking.k8s.io. Install the Gateway API CRDs there');
  }
  // Not even a namespace is there.
  expect(await deliveredPlaces(spoke)).toEqual([]);
  const { items } = await spoke.list(resources.namespaces, { metadataOnly: true });
  expect(items.map(({ metadata }) => metadata.name)).not.toContain(namespace);

  if (gatewayApi === undefined) await serving.patch({ spec: ingress('kourier') });
  await provide(
    minimalDefinition('gateway.networking.k8s.io', 'Gateway', ['v1', 'v1beta1']),
    minimalDefinition('gateway.networking.k8s.io', 'HTTPRoute', ['v1', 'v1beta1']),
  );
  await serving.waitForReady();
  await serving.patch({ spec: ingress('istio') });
  await refused('please install istio or disable the istio ingress plugin: ');
  await provide(
    minimalDefinition('networking.istio.io', 'Gateway', ['v1beta1', 'v1alpha3', 'v1']),
    minimalDefinition('security.istio.io', 'PeerAuthentication', ['v1beta1', 'v1']),
  );
  await fleet.namespace('istio-system', spoke);
  await serving.waitForReady();
  expect(await deliveredPlaces(spoke)).toContain(
    `Gateway.networking.istio.io ${namespace}/knative-local-gateway`,
  );
  await serving.delete();
  await serving.waitForGone();
  await process.stop();
});

test('a cluster that is too old is tried, and told of', async () => {
  await fleet.startOperator({ env: { KUBERNETES_MIN_VERSION: 'v1.99.0' }, flags: ['--disable-ha'] });
  const serving = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: { workloads: [{ name: 'activator', nodeSelector: { disk: 'none-has-it' } }] },
  });
  const says = 'is made for 1.99.0 or newer: its pods may refuse to start. Upgrade that cluster';
  await serving.waitForCondition({
    type: 'DependenciesInstalled',
    status: 'False',
    reason: 'Error',
    message: 'Dependency missing: cluster "fleet-system/spoke-1" runs Kubernetes v',
  });
  await serving.waitForEvent('ClusterTooOld', says);
  await serving.patch({ spec: { workloads: null } });
  const ready = await serving.waitForReady();
  expect(conditionOf(ready, 'DependenciesInstalled')?.status).toBe('True');
  expect(conditionOf(ready, 'InstallSucceeded')?.message).toContain(says);
});
