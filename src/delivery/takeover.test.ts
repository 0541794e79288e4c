import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import type { DeliveryOwner } from './anchor.ts';
import { createdNamespace, isCreatedByOperator } from './namespace-ownership.ts';
import {
  anchorOf,
  clusterRole,
  configMap,
  namespace,
  namespaceObject,
  object,
  owner,
  Scene,
  setOf,
} from './testing/scene.ts';
import { withYieldedFieldsOf } from './yielded-fields.ts';

const reference = 'manifestival';
const local: DeliveryOwner = { ...owner, sameCluster: true };
const job = object('batch/v1', 'Job', 'migration-1.15.2', { where: namespace });
const set = setOf([configMap('config-a'), clusterRole('role-a'), job]);
const everDelivered = true;

function ownedBy(uid: string, owned: KubeObject): KubeObject {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid }];
  return { ...owned, metadata: { ...owned.metadata, ownerReferences } };
}

/** What the reference operator installed for an older spec, and something of a user with a copied label. */
function installed(ownerUid: string): Scene {
  const scene = new Scene();
  for (const each of [configMap('config-a'), configMap('config-old'), job])
    scene.spoke.seed(ownedBy(ownerUid, each), reference);
  for (const each of [clusterRole('role-a'), clusterRole('role-old')]) scene.spoke.seed(each, reference);
  scene.spoke.seed(configMap('of-a-user'));
  return scene;
}

function onSpoke(): Scene {
  const scene = installed('anchor-uid');
  const anchor = anchorOf();
  const labels = { 'app.kubernetes.io/managed-by': 'knative-operator' };
  scene.spoke.seed({ ...anchor, metadata: { ...anchor.metadata, uid: 'anchor-uid', labels } }, 'operator');
  return scene;
}

const pruned = [{ name: 'config-old' }, { name: 'role-old' }];
const left = [
  'ClusterRole /role-a',
  'ConfigMap knative-serving/config-a',
  'ConfigMap knative-serving/of-a-user',
  'Job knative-serving/migration-1.15.2',
];

describe('an installation of the reference operator', () => {
  it('on a spoke becomes ours, without what is wanted no more, and without a second run of its Job', async () => {
    using scene = onSpoke();
    const report = await scene.delivery().deliver(set, scene.signal);
    expect(report).toMatchObject({ complete: true, applied: 3, drifted: [], pruned });
    expect(scene.spoke.all()).toEqual(expect.arrayContaining(left));
    expect(scene.spoke.all()).not.toContain('ClusterRole /role-old');
    expect(scene.spoke.asked(0, /^apply$/)).not.toContain(
      'apply jobs.batch knative-serving/migration-1.15.2',
    );
  });

  it('on the hub becomes ours as well, though there is no anchor', async () => {
    using scene = installed(local.uid);
    const report = await scene.delivery(local).deliver(set, scene.signal, { everDelivered });
    expect(report).toMatchObject({ complete: true, applied: 3, drifted: [], pruned });
    expect(scene.spoke.all()).toEqual(expect.arrayContaining(left));
  });

  it('on the hub is not looked for where there never was any', async () => {
    using scene = new Scene();
    await scene.delivery(local).deliver(set, scene.signal);
    expect(scene.spoke.asked(0, /^list$/).filter((call) => !call.includes('configmaps'))).toEqual([]);
  });

  it('is looked for once', async () => {
    using scene = onSpoke();
    await scene.delivery().deliver(set, scene.signal);
    const before = scene.spoke.calls.length;
    await scene.delivery().deliver(set, scene.signal);
    expect(scene.spoke.asked(before, /^list$/)).toEqual(['list configmaps ']);
  });

  it('that was ours meanwhile is looked for again, because that operator lists nothing', async () => {
    using scene = onSpoke();
    await scene.delivery().deliver(set, scene.signal);
    const annotations = { 'operator.knative.dev/description': 'the description of the reference operator' };
    scene.spoke.edit(anchorOf(), { metadata: { annotations } }, 'operator');
    scene.spoke.seed(clusterRole('role-of-meanwhile'), reference);
    const report = await scene.delivery().deliver(set, scene.signal);
    expect(report).toMatchObject({ complete: true, pruned: [{ name: 'role-of-meanwhile' }] });
  });

  it.each([
    ['a spoke', onSpoke, owner],
    ['the hub', () => installed(local.uid), local],
  ])('on %s goes with its object, even if it was never ours', async (_where, start, of) => {
    using scene = start();
    await scene.remove({ owner: of });
    expect(scene.spoke.all()).toEqual(['ConfigMap knative-serving/of-a-user']);
  });
});

describe('a namespace', () => {
  const madeBy = (manager: string, ...steps: readonly string[]): KubeObject => {
    const labels = { 'app.kubernetes.io/managed-by': 'knative-operator' };
    const fields = Object.fromEntries(steps.map((step) => [`f:${step}`, {}]));
    const fieldsV1 = { 'f:metadata': { 'f:labels': fields } };
    const managedFields = [{ manager, operation: 'Update' as const, fieldsV1 }];
    return namespaceObject(namespace, { labels, managedFields });
  };
  const [name, mark] = ['kubernetes.io/metadata.name', 'app.kubernetes.io/managed-by'];

  it.each([
    ['made by the reference operator for its anchor', madeBy('operator', name, mark), true],
    ['marked by it', namespaceObject(namespace, { annotations: { manifestival: 'new' } }), true],
    ['made by us', createdNamespace(namespaceObject(namespace), owner), true],
    ['that only has the label', namespaceObject(namespace, madeBy('operator').metadata), false],
    ['that it labelled later', madeBy('operator', mark), false],
    ['that a user made with the label', madeBy('kubectl-create', name, mark), false],
  ])('%s goes with what it was made for: %s', (_which, made, goes) => {
    expect(isCreatedByOperator(made)).toBe(goes);
  });
});

describe('a yielded list that nobody but the reference operator has written', () => {
  const field = '.spec.env';
  const withEnv = (...names: readonly string[]): KubeObject =>
    object('apps/v1', 'Deployment', 'adapter', {
      where: namespace,
      spec: { env: names.map((name) => ({ name, value: name })) },
    });

  it.each([
    ['keeps its order', ['b', 'a'], ['b', 'a']],
    ['is what is wanted where something is missing', ['b'], ['a', 'b']],
    ['is what is wanted where something else is there', ['b', 'c'], ['a', 'b']],
  ])('%s', (_what, live, sent) => {
    expect(withYieldedFieldsOf(withEnv(...live), withEnv('a', 'b'), [field], 'wheelwright')).toEqual(
      withEnv(...sent),
    );
  });

  it('stays away where it is not wanted', () => {
    const bare = object('apps/v1', 'Deployment', 'adapter', { where: namespace, spec: { paused: true } });
    expect(withYieldedFieldsOf(withEnv('a'), bare, [field], 'wheelwright')).toEqual(bare);
  });
});
