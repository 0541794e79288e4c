import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deliveredObjects, Fleet, fleetNamespace, Installation, placeOf } from '../fleet/index.ts';

let fleet: Fleet;
let spoke: KubeClient;
let serving: Installation;

const namespace = 'knative-serving';
const anchorName = { namespace, name: 'knativeserving-knative-root-owner' };
const ours = {
  namespaceConfiguration: {
    labels: { team: 'a', 'app.kubernetes.io/managed-by': 'somebody' },
    annotations: { 'example.com/cost-centre': '42' },
  },
};

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0).client;
  await fleet.startOperator();
  serving = await Installation.create(fleet, 'serving', { profile: fleet.spoke(0).profile, spec: ours });
  await serving.waitForReady();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function anchor(): Promise<KubeObject> {
  return spoke.get(resources.configMaps, anchorName);
}

function inventoryOf(object: KubeObject): readonly string[] {
  return (object['data'] as Readonly<Record<string, string>>)['inventory']?.split('\n') ?? [];
}

/** The place of every line. */
function listed(object: KubeObject): readonly string[] {
  return inventoryOf(object).map((line) => {
    const [apiVersion = '', kind = '', place = ''] = line.split(' ');
    const [, group = ''] = /^(.+)\//.exec(apiVersion) ?? [];
    return `${kind}.${group} ${place}`;
  });
}

describe('the namespace on the spoke', () => {
  test('is created with the labels and annotations of the spec, and always says who manages it', async () => {
    const { metadata } = await spoke.get(resources.namespaces, { name: namespace });
    expect(metadata.labels).toMatchObject({
      team: 'a',
      'app.kubernetes.io/managed-by': 'knative-operator',
    });
    expect(metadata.annotations).toMatchObject({
      'example.com/cost-centre': '42',
      'operator.knative.dev/created-for': 'knativeserving/knative-serving/knative',
    });
  });
});

describe('the anchor', () => {
  test('has the name, labels and annotations that the reference operator gives it, and lists everything', async () => {
    const found = await anchor();
    expect(found.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'knative-operator',
      'operator.knative.dev/cr-name': 'knative',
    });
    expect(found.metadata.annotations).toMatchObject({
      'operator.knative.dev/anchor': 'true',
      'operator.knative.dev/protected': 'true',
      'operator.knative.dev/description': expect.stringContaining('Deleting it removes all of that'),
      'operator.knative.dev/hub-uid': (await fleet.hub.get(resources.namespaces, { name: 'kube-system' }))
        .metadata.uid,
      'operator.knative.dev/owner-uid': (await serving.get()).metadata.uid,
      'operator.knative.dev/owner-namespace': namespace,
      'operator.knative.dev/rendered-hash': expect.stringMatching(/^[0-9a-f]+$/),
    });
    expect(found.metadata).not.toHaveProperty('ownerReferences');
    expect(found.metadata).not.toHaveProperty('finalizers');

    const there = await deliveredObjects(spoke);
    const places = new Set(listed(found));
    expect(there.filter((object) => !places.has(placeOf(object))).map(placeOf)).toEqual([]);
    expect(inventoryOf(found).filter((line) => line.endsWith(' -'))).toEqual([]);
  });

  test('is the only owner of every namespaced object, and cluster-scoped ones have none', async () => {
    const { uid } = (await anchor()).metadata;
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: anchorName.name,
      uid,
      controller: true,
      blockOwnerDeletion: true,
    };
    const objects = await deliveredObjects(spoke);
    expect(objects.length).toBeGreaterThan(70);
    const owners = objects.map((object) => [placeOf(object), object.metadata.ownerReferences]);
    expect(owners).toEqual(
      objects.map((object) => [
        placeOf(object),
        object.metadata.namespace === undefined ? undefined : [owner],
      ]),
    );
  });

  test('gets back what somebody takes off it, and keeps what somebody puts on it', async () => {
    await spoke.patch(resources.configMaps, anchorName, 'merge', {
      metadata: {
        labels: { 'operator.knative.dev/cr-name': 'other', mine: 'yes' },
        annotations: { 'operator.knative.dev/protected': null, 'example.com/mine': 'yes' },
      },
    });
    await waitFor('the anchor is as it was', async (saw) => {
      const { metadata } = await anchor();
      saw(metadata);
      return (
        metadata.labels?.['operator.knative.dev/cr-name'] === 'knative' &&
        metadata.annotations?.['operator.knative.dev/protected'] === 'true'
      );
    });
    const { metadata } = await anchor();
    expect(metadata.labels).toMatchObject({ mine: 'yes' });
    expect(metadata.annotations).toMatchObject({ 'example.com/mine': 'yes' });
  });

  test('comes back after somebody deleted it, owns everything again, and nothing gets lost', async () => {
    const before = (await deliveredObjects(spoke)).map(placeOf);
    const { uid } = (await anchor()).metadata;
    await spoke.delete(resources.configMaps, anchorName);
    await waitFor(
      'everything is there and belongs to a new anchor',
      async (saw) => {
        const now = (await anchor()).metadata.uid;
        const objects = await deliveredObjects(spoke);
        const there = new Set(objects.map(placeOf));
        const lost = before.filter((place) => !there.has(place));
        const strays = objects.filter(
          ({ metadata }) =>
            metadata.namespace !== undefined &&
            (metadata.ownerReferences?.length !== 1 || metadata.ownerReferences[0]?.uid !== now),
        );
        saw({ lost, strays: strays.map(placeOf) });
        return now !== uid && lost.length === 0 && strays.length === 0;
      },
      { timeoutMs: 60_000 },
    );
    await serving.waitForReady();
    expect(listed(await anchor()).length).toBe(new Set(listed(await anchor())).size);
    expect((await serving.get()).metadata.finalizers).toHaveLength(1);
  });
});

describe('names and namespaces of other installations', () => {
  test('a second KnativeServing for the same cluster is refused, and its removal leaves the first alone', async () => {
    const before = await anchor();
    const loser = await Installation.create(fleet, 'serving', {
      name: 'second',
      profile: fleet.spoke(0).profile,
    });
    await loser.waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      message: 'KnativeServing knative-serving/knative already manages Knative on cluster',
    });
    await loser.delete();
    await loser.waitForGone();
    expect((await anchor()).metadata.uid).toBe(before.metadata.uid);
    await serving.waitForReady();
  });

  test('a name longer than a label value is cut there, and told apart by a hash', async () => {
    const name = `eventing-${'x'.repeat(80)}`;
    const eventing = await Installation.create(fleet, 'eventing', {
      name,
      namespace: 'long-name',
      profile: fleet.spoke(0).profile,
    });
    const key = { namespace: 'long-name', name: `knativeeventing-${name}-root-owner` };
    const found = await waitFor('the anchor is there', () => spoke.get(resources.configMaps, key));
    const label = found.metadata.labels?.['operator.knative.dev/cr-name'] ?? '';
    expect(label).toMatch(/^eventing-x+-[0-9a-f]{8}$/);
    expect(label.length).toBeLessThanOrEqual(63);
    await eventing.delete();
    await eventing.waitForGone();
    await waitFor('its namespace is gone', async () => {
      const error = await spoke.get(resources.namespaces, { name: 'long-name' }).catch((thrown) => thrown);
      return error instanceof NotFoundError;
    });
  });

  test('a name that leaves no room for the anchor is refused in words, and nothing is written', async () => {
    const eventing = await Installation.create(fleet, 'eventing', {
      name: 'x'.repeat(240),
      namespace: 'too-long',
      profile: fleet.spoke(0).profile,
    });
    await eventing.waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      message: 'exceeds maximum length of 253 characters; shorten the CR name',
    });
    await expect(spoke.get(resources.namespaces, { name: 'too-long' })).rejects.toThrow(NotFoundError);
    await eventing.delete();
    await eventing.waitForGone();
  });

  test('a namespace that was there keeps what it has: only spec.namespace is written on it, and taken back', async () => {
    await fleet.put(
      resources.namespaces,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'theirs', labels: { owner: 'them' } } },
      spoke,
    );
    const eventing = await Installation.create(fleet, 'eventing', {
      namespace: 'theirs',
      profile: fleet.spoke(0).profile,
      spec: ours,
    });
    await eventing.waitForReady();
    const untouched = await spoke.get(resources.namespaces, { name: 'theirs' });
    expect(untouched.metadata.labels).toEqual({ owner: 'them', 'kubernetes.io/metadata.name': 'theirs' });
    expect(untouched.metadata).not.toHaveProperty('annotations');

    await eventing.patch({ spec: { namespace: { labels: { tier: 'platform' } } } });
    await eventing.waitForReady();
    const { metadata } = await spoke.get(resources.namespaces, { name: 'theirs' });
    expect(metadata.labels).toEqual({
      owner: 'them',
      tier: 'platform',
      'kubernetes.io/metadata.name': 'theirs',
    });
    expect(metadata).not.toHaveProperty('annotations');

    // Further passes find nothing to do on it.
    for (const level of ['info', 'warn', 'error']) {
      await eventing.patch({ spec: { config: { logging: { 'loglevel.controller': level } } } });
      await eventing.waitForReady();
    }
    const later = await spoke.get(resources.namespaces, { name: 'theirs' });
    expect(later.metadata.resourceVersion).toBe(metadata.resourceVersion);
    expect(await eventing.events('DriftMended')).toEqual([]);

    await eventing.delete();
    await eventing.waitForGone();
    const after = await spoke.get(resources.namespaces, { name: 'theirs' });
    expect(after.metadata.labels).toEqual({ owner: 'them', 'kubernetes.io/metadata.name': 'theirs' });
    expect(await spoke.list(resources.configMaps, { namespace: fleetNamespace })).toMatchObject({
      items: [],
    });
  });
});
