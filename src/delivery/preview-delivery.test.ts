import { describe, expect, it } from 'vitest';
import type { DeliverySet } from './delivery-set.ts';
import { previewDelivery, type PreviewOptions } from './preview-delivery.ts';
import {
  anchorOf,
  clusterRole,
  configMap,
  fieldManager,
  namespace,
  object,
  owner,
  Scene,
  setOf,
  settle,
} from './testing/scene.ts';

/** `action Kind name` of what is not as wanted; with `!` where it is only told. */
async function preview(scene: Scene, set: DeliverySet, changes: Partial<PreviewOptions> = {}) {
  const cluster = scene.spoke.connection(scene.signal);
  const options = { owner, cluster, fieldManager, signal: scene.signal, ...changes };
  const previewed = await previewDelivery(set, options);
  return previewed.flatMap(({ action, identity: { kind, name }, reportedOnly }) =>
    action === 'none' ? [] : [`${action}${reportedOnly === true ? '!' : ''} ${kind} ${name}`],
  );
}

describe('what would happen', () => {
  it('is nothing after a delivery, and nothing is written to find out', async () => {
    using scene = new Scene();
    const set = setOf([configMap('config-a'), clusterRole('role-a')]);
    await scene.delivery().deliver(set, scene.signal);
    await settle();
    const there = scene.spoke.all();
    expect(await preview(scene, set)).toEqual([]);
    scene.spoke.remove(configMap('config-a'));
    expect(await preview(scene, set)).toEqual(['create ConfigMap config-a']);
    expect(scene.spoke.all()).toEqual(there.filter((name) => !name.endsWith('/config-a')));
  });

  it('to drift is that it is mended, or only told; what the set changes is applied all the same', async () => {
    using scene = new Scene();
    const set = setOf([configMap('config-a'), configMap('config-b'), configMap('config-c')]);
    await scene.delivery().deliver(set, scene.signal);
    scene.spoke.edit(configMap('config-a'), { data: { a: 'changed' } });
    scene.spoke.remove(configMap('config-b'));
    const wanted = setOf([
      configMap('config-a'),
      configMap('config-b'),
      configMap('config-c', undefined, { a: 'other' }),
      configMap('config-d'),
    ]);
    expect(await preview(scene, wanted)).toEqual([
      'change ConfigMap config-a',
      'create ConfigMap config-b',
      'change ConfigMap config-c',
      'create ConfigMap config-d',
    ]);
    expect(await preview(scene, wanted, { mendsDrift: false })).toEqual([
      'change! ConfigMap config-a',
      'create! ConfigMap config-b',
      'change ConfigMap config-c',
      'create ConfigMap config-d',
    ]);
  });
});

describe('what would happen to an installation of the reference operator', () => {
  const job = object('batch/v1', 'Job', 'migration-1.15.2', { where: namespace });
  const set = setOf([configMap('config-a'), clusterRole('role-a'), job]);

  /** For an older spec; with something of a user that has a copied label. */
  function installed(ownerUid: string): Scene {
    const scene = new Scene();
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: ownerUid }];
    for (const each of [configMap('config-a'), configMap('config-old'), job])
      scene.spoke.seed({ ...each, metadata: { ...each.metadata, ownerReferences } }, 'manifestival');
    for (const each of [clusterRole('role-a'), clusterRole('role-old')])
      scene.spoke.seed(each, 'manifestival');
    scene.spoke.seed(configMap('of-a-user'));
    return scene;
  }

  const removals = ['remove ClusterRole role-old', 'remove ConfigMap config-old'];

  async function removed(scene: Scene, changes: Partial<PreviewOptions> = {}): Promise<readonly string[]> {
    const told = await preview(scene, set, changes);
    return told.filter((line) => line.startsWith('remove')).toSorted();
  }

  it('on a spoke is that what is wanted no more goes, before and after it is taken over', async () => {
    using scene = installed('anchor-uid');
    const anchor = anchorOf();
    const labels = { 'app.kubernetes.io/managed-by': 'knative-operator' };
    scene.spoke.seed({ ...anchor, metadata: { ...anchor.metadata, uid: 'anchor-uid', labels } }, 'operator');
    expect(await removed(scene)).toEqual(removals);
    await scene.delivery().deliver(set, scene.signal);
    expect(await preview(scene, set)).toEqual([]);
  });

  it('on the hub is the same, where the object has been installed', async () => {
    using scene = installed(owner.uid);
    const local = { owner: { ...owner, sameCluster: true } };
    expect(await removed(scene, { ...local, everDelivered: true })).toEqual(removals);
    expect(await removed(scene, local)).toEqual([]);
    expect(await removed(scene, { owner: { ...local.owner, uid: '' }, everDelivered: true })).toEqual([]);
  });

  it('is that an object is taken over as it is', async () => {
    using scene = new Scene();
    const { managedFields = [] } = scene.spoke.seed(configMap('config-a'), 'manifestival').metadata;
    const written = managedFields.map((entry) => ({ ...entry, operation: 'Update' }));
    scene.spoke.edit(configMap('config-a'), { metadata: { managedFields: written } }, 'manifestival');
    const cluster = scene.spoke.connection(scene.signal);
    const options = { owner, cluster, fieldManager, signal: scene.signal };
    const previewed = await previewDelivery(setOf([configMap('config-a')]), options);
    expect(previewed.find(({ identity }) => identity.name === 'config-a')).toMatchObject({ takenOver: true });
  });
});
