import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KubeClient, NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  deliveredPlaces,
  Fleet,
  fleetNamespace,
  Installation,
  leftBehind,
  minimalDefinition,
} from '../fleet/index.ts';

let fleet: Fleet;
let spoke: KubeClient;

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0).client;
  await fleet.startOperator();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

async function definitions(): Promise<readonly string[]> {
  const { items } = await spoke.list(resources.customResourceDefinitions, { metadataOnly: true });
  return items.map(({ metadata }) => metadata.name);
}

test('without Istio its ingress is refused by that name; with everything switched on nothing is left but definitions', async () => {
  const serving = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: {
      ingress: { istio: { enabled: true }, kourier: { enabled: true } },
      security: { securityGuard: { enabled: true } },
      'high-availability': { replicas: 2 },
    },
  });
  await serving.waitForCondition({
    type: 'InstallSucceeded',
    status: 'False',
    message: 'please install istio or disable the istio ingress plugin: ',
  });
  await fleet.namespace('istio-system', spoke);
  for (const [group, kind] of [
    ['networking.istio.io', 'Gateway'],
    ['security.istio.io', 'PeerAuthentication'],
  ] as const)
    await spoke.create(resources.customResourceDefinitions, minimalDefinition(group, kind));
  // A change of the object is a reason to look again; the next look of its own accord comes a quarter of a minute later.
  await serving.patch({ metadata: { annotations: { 'example.com/istio': 'installed' } } });
  await serving.waitForReady();

  const there = await deliveredPlaces(spoke);
  for (const place of [
    'Service. istio-system/knative-local-gateway',
    'Gateway.networking.istio.io knative-serving/knative-ingress-gateway',
    'PeerAuthentication.security.istio.io knative-serving/webhook',
    'Deployment.apps knative-serving/guard-service',
    'MutatingWebhookConfiguration.admissionregistration.k8s.io /webhook.serving.knative.dev',
    'ClusterRole.rbac.authorization.k8s.io /knative-serving-istio',
  ])
    expect(there).toContain(place);
  const gateway = { namespace: 'istio-system', name: 'knative-local-gateway' };
  const services = await spoke.resourceFor({ group: '', version: 'v1', kind: 'Service' });
  expect((await spoke.get(services, gateway)).metadata).not.toHaveProperty('ownerReferences');

  const defined = await definitions();
  await serving.delete();
  await serving.waitForGone();
  expect(await leftBehind(spoke)).toEqual([]);
  expect(await definitions()).toEqual(defined);
  await expect(spoke.get(services, gateway)).rejects.toThrow(NotFoundError);
  expect((await spoke.get(resources.namespaces, { name: 'istio-system' })).metadata).not.toHaveProperty(
    'deletionTimestamp',
  );
  await waitFor('the namespace that was created for it is gone', async () => {
    const { items } = await spoke.list(resources.namespaces, { metadataOnly: true });
    return items.every(({ metadata }) => metadata.name !== 'knative-serving');
  });
});

test("a user's objects stay, and the namespace with them, without a trace of Knative on it", async () => {
  const serving = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: { namespace: { labels: { tier: 'platform' } } },
  });
  await serving.waitForReady();
  const mine = { namespace: 'knative-serving', name: 'of-a-user' };
  const labels = { 'app.kubernetes.io/part-of': 'mine' };
  await spoke.create(resources.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...mine, labels },
  });
  await serving.delete();
  await serving.waitForGone();
  expect(await leftBehind(spoke)).toEqual([]);
  expect((await spoke.get(resources.configMaps, mine)).metadata.labels).toEqual(labels);
  const { metadata } = await spoke.get(resources.namespaces, { name: 'knative-serving' });
  expect(metadata).not.toHaveProperty('deletionTimestamp');
  expect(metadata.labels).toEqual({
    'app.kubernetes.io/managed-by': 'knative-operator',
    'kubernetes.io/metadata.name': 'knative-serving',
  });
});

test('without its ClusterProfile a removal waits until the profile is back', async () => {
  const serving = await Installation.create(fleet, 'serving', { profile: fleet.spoke(0).profile });
  await serving.waitForReady();
  await fleet.hub.delete(resources.clusterProfiles, {
    namespace: fleetNamespace,
    name: fleet.spoke(0).profile,
  });
  await serving.delete();
  await serving.waitForCondition({
    type: 'TargetClusterResolved',
    status: 'False',
    reason: 'ClusterProfileNotFound',
    message: 'Cannot remove Knative',
  });
  expect(await deliveredPlaces(spoke)).toContain('Deployment.apps knative-serving/activator');
  await fleet.register(fleet.spoke(0));
  await serving.waitForGone();
  await waitFor('nothing is left on the spoke', async (saw) => {
    const left = await leftBehind(spoke);
    saw(left);
    return left.length === 0;
  });
});

test('an object whose cluster was never found goes at once', async () => {
  const serving = await Installation.create(fleet, 'serving', { profile: 'no-such-cluster' });
  await serving.waitForCondition({
    type: 'TargetClusterResolved',
    status: 'False',
    reason: 'ClusterProfileNotFound',
  });
  await serving.delete();
  await serving.waitForGone(5_000);
  expect(await serving.events('FinalizeBlocked')).toEqual([]);
});
