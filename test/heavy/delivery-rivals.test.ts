import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deliveredObjects, Fleet, Installation, leftBehind, placeOf, type Spoke } from '../fleet/index.ts';

let fleet: Fleet;
/** Another hub, which knows the spoke of the first. */
let otherHub: Fleet;
let spoke: Spoke;
let winner: Installation;

const withoutIngress = { ingress: { kourier: { enabled: false } } };

beforeAll(async () => {
  [fleet, otherHub] = await Promise.all([Fleet.start(), Fleet.start({ spokes: 0 })]);
  spoke = fleet.spoke(0);
  await otherHub.register(spoke);
  await Promise.all([fleet.startOperator(), otherHub.startOperator()]);
  winner = await install();
  await winner.waitForReady();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await otherHub[Symbol.asyncDispose]();
});

function install(
  on: Fleet = fleet,
  options: { name?: string; namespace?: string; profile?: string } = {},
): Promise<Installation> {
  return Installation.create(on, 'serving', { profile: spoke.profile, spec: withoutIngress, ...options });
}

/** Every ConfigMap that is an anchor. */
async function anchors(): Promise<readonly string[]> {
  const labelSelector = 'app.kubernetes.io/managed-by=knative-operator';
  const { items } = await spoke.client.list(resources.configMaps, { labelSelector });
  return items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
}

/** Their status moves by itself. */
const restless = new Set([
  'Deployment',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Job',
  'CustomResourceDefinition',
]);

/** Which version every object is in: the same before and after means that nobody wrote. */
async function versions(): Promise<readonly string[]> {
  const objects = await deliveredObjects(spoke.client, 'knative-serving', { metadataOnly: true });
  return objects
    .filter(({ kind }) => !restless.has(kind))
    .map((object: KubeObject) => `${placeOf(object)} ${object.metadata.resourceVersion}`);
}

test('a second KnativeServing for the same profile is refused, and its removal leaves the first alone', async () => {
  const before = [await anchors(), await versions()];
  const loser = await install(fleet, { name: 'second' });
  await loser.waitForCondition({
    type: 'InstallSucceeded',
    status: 'False',
    message:
      'KnativeServing knative-serving/knative already manages Knative on cluster "fleet-system/spoke-1"',
  });
  await loser.delete();
  await loser.waitForGone();
  expect([await anchors(), await versions()]).toEqual(before);
  await winner.waitForReady();
});

test('a second profile for the same cluster does not get around that', async () => {
  const before = [await anchors(), await versions()];
  await fleet.register({ ...spoke, profile: 'alias' });
  const loser = await install(fleet, { name: 'second', namespace: 'elsewhere', profile: 'alias' });
  await loser.waitForCondition({
    type: 'InstallSucceeded',
    status: 'False',
    message: 'another KnativeServing already manages Knative on cluster "fleet-system/alias"',
  });
  await loser.delete();
  await loser.waitForGone();
  expect([await anchors(), await versions()]).toEqual(before);
});

test.each([
  ['the same name', 'knative', 'knative-serving'],
  ['another name', 'second', 'elsewhere'],
])(
  'an object of another hub with %s is refused, writes nothing and removes nothing',
  async (_case, name, namespace) => {
    const before = [await anchors(), await versions()];
    const foreign = await install(otherHub, { name, namespace });
    await foreign.waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      message:
        'anchor ConfigMap knative-serving/knativeserving-knative-root-owner on cluster "fleet-system/spoke-1" belongs to another hub',
    });
    await foreign.delete();
    await foreign.waitForGone();
    expect([await anchors(), await versions()]).toEqual(before);
    await winner.waitForReady();
  },
);

test('who was refused takes over when the other one goes: on its own hub and on another one', async () => {
  const second = await install(fleet, { name: 'second' });
  await second.waitForCondition({ type: 'InstallSucceeded', status: 'False', message: 'already manages' });
  await winner.delete();
  await winner.waitForGone();
  await second.waitForReady();
  expect(await anchors()).toEqual(['knative-serving/knativeserving-second-root-owner']);

  const foreign = await install(otherHub, { name: 'third', namespace: 'elsewhere' });
  await foreign.waitForCondition({ type: 'InstallSucceeded', status: 'False', message: 'another hub' });
  await second.delete();
  await second.waitForGone();
  await foreign.waitForReady();
  expect(await anchors()).toEqual(['elsewhere/knativeserving-third-root-owner']);
  await foreign.delete();
  await foreign.waitForGone();
  await waitFor('the spoke is empty', async (saw) => {
    const left = [...(await leftBehind(spoke.client)), ...(await anchors())];
    saw(left);
    return left.length === 0;
  });
});
