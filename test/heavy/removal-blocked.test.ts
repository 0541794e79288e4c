import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  deliveredPlaces,
  Fleet,
  fleetNamespace,
  Installation,
  leftBehind,
  type RunningOperator,
  type Spoke,
  type StartOptions,
} from '../fleet/index.ts';

let fleet: Fleet;
let spoke: Spoke;
const withoutIngress = { ingress: { kourier: { enabled: false } } };

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** The only one there is: nobody waits for the Lease of one that was killed. */
function startOperator(options: StartOptions = {}): Promise<RunningOperator> {
  return fleet.startOperator({ ...options, flags: ['--disable-ha'] });
}

function install(): Promise<Installation> {
  return Installation.create(fleet, 'serving', { profile: spoke.profile, spec: withoutIngress });
}

/** What is left on the spoke once that changes no more, which is soon after the object is gone. */
async function leftOnSpoke(): Promise<readonly string[]> {
  return waitFor('nothing is left on the spoke', async (saw) => {
    const left = await leftBehind(spoke.client);
    saw(left);
    return left.length === 0 ? left : undefined;
  });
}

function deleteProfile(): Promise<unknown> {
  return fleet.hub.delete(resources.clusterProfiles, { namespace: fleetNamespace, name: spoke.profile });
}

test('a removal that was asked for while no operator ran is finished by the next one, without manifests', async () => {
  const operator = await startOperator();
  const serving = await install();
  await serving.waitForReady();
  await operator.process.kill();
  await serving.delete();
  const manifests = await mkdtemp(join(tmpdir(), 'no-manifests-'));
  try {
    const next = await startOperator({ manifests });
    await serving.waitForGone();
    expect(await leftOnSpoke()).toEqual([]);
    await next.process.stop();
  } finally {
    await rm(manifests, { recursive: true });
  }
});

test('what an anchor listed is found even if somebody deleted the anchor while no operator ran', async () => {
  const operator = await startOperator();
  const serving = await install();
  await serving.waitForReady();
  await operator.process.kill();
  const anchor = { namespace: 'knative-serving', name: 'knativeserving-knative-root-owner' };
  await spoke.client.delete(resources.configMaps, anchor);
  await serving.delete();
  const next = await startOperator();
  await serving.waitForGone();
  expect(await leftOnSpoke()).toEqual([]);
  await next.process.stop();
});

test('the annotation gives up what is there, and a new object of the name takes it over', async () => {
  const operator = await startOperator();
  const serving = await install();
  await serving.waitForReady();
  const activator = { namespace: 'knative-serving', name: 'activator' };
  const { uid } = (await spoke.client.get(resources.deployments, activator)).metadata;
  await deleteProfile();
  await serving.delete();
  await serving.waitForCondition({ type: 'TargetClusterResolved', status: 'False' });
  await serving.patch({ metadata: { annotations: { 'operator.knative.dev/deletion-policy': 'orphan' } } });
  await serving.waitForGone();
  await serving.waitForEvent('InstallationOrphaned', 'stays on cluster "fleet-system/spoke-1"');
  expect(await deliveredPlaces(spoke.client)).toContain('ConfigMap. knative-serving/config-features');

  await fleet.register(spoke);
  const again = await install();
  await again.waitForReady();
  expect((await spoke.client.get(resources.deployments, activator)).metadata.uid).toBe(uid);
  await again.delete();
  await again.waitForGone();
  expect(await leftOnSpoke()).toEqual([]);
  await operator.process.stop();
});

test('what was given up can be taken over by an object of another name, once the anchor is released', async () => {
  const operator = await startOperator();
  const serving = await install();
  await serving.waitForReady();
  const activator = { namespace: 'knative-serving', name: 'activator' };
  const { uid } = (await spoke.client.get(resources.deployments, activator)).metadata;
  await deleteProfile();
  await serving.patch({ metadata: { annotations: { 'operator.knative.dev/deletion-policy': 'orphan' } } });
  await serving.delete();
  await serving.waitForGone();

  await fleet.register(spoke);
  const next = await Installation.create(fleet, 'serving', {
    name: 'next',
    profile: spoke.profile,
    spec: withoutIngress,
  });
  const remedy = 'operator.knative.dev/released=true';
  await next.waitForCondition({ type: 'InstallSucceeded', status: 'False', message: remedy });
  const anchor = { namespace: 'knative-serving', name: 'knativeserving-knative-root-owner' };
  const released = { annotations: { 'operator.knative.dev/released': 'true' } };
  await spoke.client.patch(resources.configMaps, anchor, 'merge', { metadata: released });
  await next.waitForReady();
  expect((await spoke.client.get(resources.deployments, activator)).metadata.uid).toBe(uid);
  await expect(spoke.client.get(resources.configMaps, anchor)).rejects.toThrow(NotFoundError);
  await next.delete();
  await next.waitForGone();
  expect(await leftOnSpoke()).toEqual([]);
  await operator.process.stop();
});

test('where the cluster is there, the annotation releases the anchor, and an object of another name takes over', async () => {
  const operator = await startOperator();
  const serving = await install();
  await serving.waitForReady();
  const activator = { namespace: 'knative-serving', name: 'activator' };
  const { uid } = (await spoke.client.get(resources.deployments, activator)).metadata;
  await serving.patch({ metadata: { annotations: { 'operator.knative.dev/deletion-policy': 'orphan' } } });
  await serving.delete();
  await serving.waitForGone();
  await serving.waitForEvent('InstallationOrphaned', 'deletion-policy asks');
  expect((await serving.events('InstallationOrphaned')).join()).not.toContain('could not be released');

  const next = await Installation.create(fleet, 'serving', {
    name: 'next',
    profile: spoke.profile,
    spec: withoutIngress,
  });
  await next.waitForReady();
  expect((await spoke.client.get(resources.deployments, activator)).metadata.uid).toBe(uid);
  await next.delete();
  await next.waitForGone();
  expect(await leftOnSpoke()).toEqual([]);
  await operator.process.stop();
});

// Last, because the controllers of the spoke come back late after an outage.
test('while the spoke is down a removal waits and says so; when it is back it is finished', async () => {
  const operator = await startOperator();
  const serving = await install();
  await serving.waitForReady();
  await spoke.cluster.stop('kube-apiserver');
  await serving.delete();
  const blocked = await serving.waitForCondition({
    type: 'TargetClusterResolved',
    status: 'False',
    message: 'Cannot remove Knative from cluster "fleet-system/spoke-1"',
  });
  expect(blocked.metadata.finalizers).toEqual(['knativeservings.operator.knative.dev']);
  await serving.waitForEvent('FinalizeBlocked', 'operator.knative.dev/deletion-policy: orphan');
  await spoke.cluster.start('kube-apiserver');
  await serving.waitForGone();
  expect(await leftOnSpoke()).toEqual([]);
  await operator.process.stop();
});
