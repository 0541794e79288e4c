import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  deliveredObjects,
  deliveredPlaces,
  Fleet,
  Installation,
  leftBehind,
  placeOf,
} from '../fleet/index.ts';

let fleet: Fleet;
let serving: Installation;

const namespace = 'knative-serving';
const activator = { namespace, name: 'activator' };

beforeAll(async () => {
  // Its own Knative runs there, but nobody serves the webhooks.
  fleet = await Fleet.start({ hub: { admissionWebhooks: false }, spokes: 0 });
  await fleet.startOperator({ providers: null, knativeOnHub: true });
  serving = await Installation.create(fleet, 'serving', {});
  await serving.waitForReady();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

async function ownerReference(): Promise<unknown> {
  const { uid } = (await serving.get()).metadata;
  return {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: 'KnativeServing',
    name: 'knative',
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

test('without a clusterProfileRef everything is on the hub and belongs to the object itself; a list lies beside it', async () => {
  const owner = await ownerReference();
  const objects = await deliveredObjects(fleet.hub, 'knative-serving', { metadataOnly: true });
  expect(objects.length).toBeGreaterThan(70);
  const owners = objects.map((object) => [placeOf(object), object.metadata.ownerReferences]);
  expect(owners).toEqual(
    objects.map((object) => [placeOf(object), object.metadata.namespace === undefined ? undefined : [owner]]),
  );
  const inventory = await fleet.hub.get(resources.configMaps, {
    namespace,
    name: 'knativeserving-knative-inventory',
  });
  expect(inventory.metadata.ownerReferences).toEqual([owner]);
  expect(inventory.metadata).not.toHaveProperty('annotations.operator.knative.dev/anchor');
});

test('drift on the hub is mended', async () => {
  const { uid } = (await fleet.hub.get(resources.deployments, activator)).metadata;
  await fleet.hub.delete(resources.deployments, activator, { propagation: 'Background' });
  const back = await waitFor('the activator is there again', async () => {
    const found = await fleet.hub.get(resources.deployments, activator);
    return found.metadata.uid === uid ? undefined : found;
  });
  expect(back.metadata.ownerReferences).toEqual([await ownerReference()]);
  await serving.waitForEvent('DriftMended', 'Deployment knative-serving/activator on cluster "hub"');
  await serving.waitForReady();
});

test('what is left behind on purpose survives its owner, and a new object of the name takes it over', async () => {
  const before = await deliveredPlaces(fleet.hub);
  const { uid } = (await fleet.hub.get(resources.deployments, activator)).metadata;
  await serving.patch({ metadata: { annotations: { 'operator.knative.dev/deletion-policy': 'orphan' } } });
  await serving.delete();
  await serving.waitForGone();
  await serving.waitForEvent('InstallationOrphaned', 'stays on the hub');
  // Nothing that the garbage collector could follow.
  const owned = (await deliveredObjects(fleet.hub, 'knative-serving', { metadataOnly: true })).filter(
    ({ metadata }) => metadata.ownerReferences !== undefined,
  );
  expect(owned.map(placeOf)).toEqual([]);

  serving = await Installation.create(fleet, 'serving', {});
  await serving.waitForReady();
  expect(await deliveredPlaces(fleet.hub)).toEqual(before);
  expect((await fleet.hub.get(resources.deployments, activator)).metadata).toMatchObject({
    uid,
    ownerReferences: [await ownerReference()],
  });
});

test('a removal leaves nothing but definitions, and the namespace of the object itself', async () => {
  await serving.delete();
  await serving.waitForGone();
  await waitFor('nothing is left', async (saw) => {
    const left = await leftBehind(fleet.hub);
    saw(left);
    return left.length === 0;
  });
  const { metadata } = await fleet.hub.get(resources.namespaces, { name: namespace });
  expect(metadata).not.toHaveProperty('deletionTimestamp');
});
