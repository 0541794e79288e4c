import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { knativeManifestDirectories } from '../bed/index.ts';
import {
  comparable,
  deliveredObjects,
  deliveredPlaces,
  Fleet,
  Installation,
  placeOf,
  type Spoke,
} from '../fleet/index.ts';

let fleet: Fleet;
let spoke: Spoke;
let serving: Installation;
/** The newest release of each of the two newest minor versions at hand. */
let older: string;
let newer: string;
/** What the older one is, installed with nothing before it. */
let asInstalled: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  [older, newer] = await twoMinors();
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

async function twoMinors(): Promise<readonly [string, string]> {
  const [manifests = ''] = await knativeManifestDirectories();
  const releases = await readdir(join(manifests, 'knative-serving'));
  const sorted = releases.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const minors = new Map(sorted.map((release) => [release.split('.').slice(0, 2).join('.'), release]));
  const [before = '', last = ''] = [...minors.values()].slice(-2);
  return [before, last];
}

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

/** Whether pods of new workloads can start. */
async function setSchedulable(schedulable: boolean): Promise<void> {
  const nodes = await spoke.client.resourceFor({ group: '', version: 'v1', kind: 'Node' });
  const name = (await spoke.client.list(nodes)).items[0]?.metadata.name ?? '';
  await spoke.client.patch(nodes, { name }, 'merge', { spec: { unschedulable: !schedulable } });
}

test('an upgrade brings what is new, and takes away what is no more part of it, but not before all runs', async () => {
  const before = await places();
  await setSchedulable(false);
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
  await setSchedulable(true);
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
