import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import {
  comparable,
  deliveredObjects,
  deliveredPlaces,
  Fleet,
  Installation,
  neighbouringReleases,
  placeOf,
  type Spoke,
  setSchedulable,
} from '../fleet/index.ts';

let fleet: Fleet;
let spoke: Spoke;
let serving: Installation;
let older: string;
let newer: string;
/** What the older one is, installed with nothing before it. */
let asInstalled: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  [older, newer] = await neighbouringReleases('serving');
  fleet = await Fleet.start();
  spoke = fleet.spoke(0);
  await fleet.startOperator();
  serving = await Installation.create(fleet, 'serving', { profile: spoke.profile, spec: { version: older } });
  await serving.waitForReady();
  asInstalled = await contents();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** Definitions stay for good, and Jobs have their version in their name. */
function counts(place: string): boolean {
  return !place.startsWith('CustomResourceDefinition.') && !place.startsWith('Job.');
}

async function contents(): Promise<Readonly<Record<string, unknown>>> {
  const objects = (await deliveredObjects(spoke.client)).filter((object) => counts(placeOf(object)));
  return Object.fromEntries(objects.map((object) => [placeOf(object), comparable(object)]));
}

async function places(): Promise<readonly string[]> {
  return (await deliveredPlaces(spoke.client)).filter(counts);
}

function versionOf(object: KubeObject): unknown {
  return (object['status'] as { readonly version?: unknown }).version;
}

test('an upgrade brings what is new, and takes away what is no more part of it, but not before all runs', async () => {
  const before = await places();
  await setSchedulable(spoke.client, false);
  await serving.patch({ spec: { version: newer } });
  await serving.waitForCondition({
    type: 'DeploymentsAvailable',
    status: 'False',
    reason: 'NotReady',
    message: 'Waiting on deployments: ',
  });
  expect(versionOf(await serving.get())).toBe(older);
  const during = await places();
  expect(before.filter((place) => !during.includes(place))).toEqual([]);
  await setSchedulable(spoke.client, true);
  await serving.waitForReady();
  expect(versionOf(await serving.get())).toBe(newer);
  await serving.waitForEvent('UpgradeFinished', `went from ${older} to ${newer}`);
  const stale = (await deliveredObjects(spoke.client)).filter(
    ({ kind, metadata }) =>
      kind !== 'CustomResourceDefinition' && metadata.labels?.['app.kubernetes.io/version'] === older,
  );
  expect(stale.map(placeOf)).toEqual([]);
});

test('a downgrade ends in exactly what the older version is by itself', async () => {
  await serving.patch({ spec: { version: older } });
  await serving.waitForReady();
  expect(versionOf(await serving.get())).toBe(older);
  expect(await contents()).toEqual(asInstalled);
});

test('the Job of a version is gone with it, and the one of a version that comes back runs again', async () => {
  const jobs = (await deliveredPlaces(spoke.client)).filter((place) => place.startsWith('Job.'));
  expect(jobs.length).toBeGreaterThan(0);
  expect(jobs.filter((place) => !place.endsWith(older))).toEqual([]);
});

test('an ingress that is switched off goes, and comes back as it was', async () => {
  const before = await places();
  await serving.patch({ spec: { ingress: { kourier: { enabled: false } } } });
  await serving.waitForReady();
  const without = await places();
  expect(without.filter((place) => place.includes('kourier'))).toEqual([]);
  expect(before.filter((place) => !place.includes('kourier'))).toEqual(without);
  await serving.patch({ spec: { ingress: { kourier: { enabled: true } } } });
  await serving.waitForReady();
  expect(await places()).toEqual(before);
});

test('a version that it may not become freezes it: nothing is mended, and what is wrong is told', async () => {
  const [deployments, name] = [resources.deployments, 'activator'];
  const { namespace } = serving.name;
  await serving.patch({ spec: { version: '0.1' } });
  await serving.waitForCondition({ type: 'VersionMigrationEligible', status: 'False' });
  await spoke.client.delete(deployments, { namespace, name });
  const { status } = await serving.waitForCondition({
    type: 'DeploymentsAvailable',
    status: 'False',
    message: `Waiting on deployments: ${name}`,
  });
  expect(status).toMatchObject({
    version: older,
    conditions: expect.arrayContaining([
      expect.objectContaining({ type: 'TargetClusterResolved', status: 'True' }),
      expect.objectContaining({ type: 'Ready', message: expect.stringContaining('WW3002') }),
    ]),
  });
  expect(await deliveredPlaces(spoke.client)).not.toContain(`Deployment.apps ${namespace}/${name}`);
  await serving.patch({ spec: { version: older } });
  await serving.waitForReady();
  expect(await contents()).toEqual(asInstalled);
});
