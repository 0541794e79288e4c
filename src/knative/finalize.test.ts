import { describe, expect, test } from 'vitest';
import { ConnectionReplacedError } from '../clusters/index.ts';
import { DeliveryError, StillTerminating } from '../delivery/index.ts';
import { ForbiddenError, ServerError } from '../kube/index.ts';
import { serving } from './component.ts';
import { objectName, KnativeWorld, profileRef } from './testing/knative-world.ts';

const target = { clusterProfileRef: profileRef, namespace: 'team' };
const installed = { target: { ...target, anchorUid: 'anchor-1' }, version: '1.15.2' };

function deleting(
  status: Readonly<Record<string, unknown>> = installed,
  changes: Parameters<KnativeWorld['seed']>[0] = {},
): KnativeWorld {
  const world = new KnativeWorld();
  world.seed({
    status,
    ...changes,
    metadata: {
      deletionTimestamp: '2026-01-01T00:01:00Z',
      finalizers: [serving.finalizer, 'others'],
      ...changes.metadata,
    },
  });
  return world;
}

function finalizersOf(world: KnativeWorld): readonly string[] {
  return world.hub.peek(objectName)?.metadata.finalizers ?? [];
}

describe('whatever was installed', () => {
  const annotations = { 'operator.knative.dev/deletion-policy': 'orphan' };
  const stays =
    'What this object installed stays on cluster "fleet/spoke", as its annotation operator.knative.dev/deletion-policy asks';

  test('is removed, and then the object is let go', async () => {
    const world = deleting();
    expect(await world.reconcile()).toMatchObject({ released: true, outcome: { kind: 'done' } });
    expect(world.removals).toMatchObject([
      {
        namespace: 'team',
        selector: 'app.kubernetes.io/name=knative-serving',
        everDelivered: true,
        cluster: world.spoke,
        owner: { uid: 'uid-1', sameCluster: false },
      },
    ]);
    expect(finalizersOf(world)).toEqual(['others']);
    expect(world.events).toMatchObject([{ reason: 'FinalizerUpdate', action: 'Remove' }]);
  });

  test('is removed where it was put, whatever the spec says now', async () => {
    const world = deleting({ target: { namespace: 'elsewhere', anchorUid: 'a' } });
    await world.reconcile();
    expect(world.removals).toMatchObject([
      { cluster: world.hubCluster, namespace: 'elsewhere', owner: { sameCluster: true } },
    ]);
    const remote = deleting(installed, { spec: {} });
    await remote.reconcile();
    expect(remote.removals).toMatchObject([{ cluster: remote.spoke, owner: { sameCluster: false } }]);
  });

  test('is removed for a spec that cannot be read', async () => {
    const world = deleting(installed, { spec: { version: 7 } });
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.removals).toHaveLength(1);
  });

  test('stays with the annotation, and somebody is told where', async () => {
    const world = deleting(installed, { metadata: { annotations } });
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.removals).toEqual([]);
    expect(world.released).toMatchObject([{ cluster: world.spoke, namespace: 'team' }]);
    expect(world.events.map(({ reason, note }) => `${reason}: ${note}`)).toEqual([
      `InstallationOrphaned: ${stays}`,
      'FinalizerUpdate: Updated "knative" finalizers',
    ]);
    const local = deleting({ target: { namespace: 'team' } }, { metadata: { annotations } });
    await local.reconcile();
    expect(local.released).toMatchObject([{ cluster: local.hubCluster, namespace: 'team' }]);
  });

  test.each<readonly [string, (world: KnativeWorld) => void, string]>([
    [
      'cannot be found',
      (world) =>
        (world.target = { resolved: false, reason: 'ClusterProfileNotFound', message: 'Not found.' }),
      'Not found.',
    ],
    ['refuses', (world) => (world.release = new Error('no rights')), 'no rights'],
  ])('stays with the annotation also on a cluster that %s, which is told', async (_what, happen, why) => {
    const world = deleting(installed, { metadata: { annotations } });
    happen(world);
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.events.map(({ note }) => note)).toContainEqual(
      `${stays}; its anchor could not be released for an object of another name: ${why}`,
    );
  });

  test.each<readonly [string, KnativeWorld['target']]>([
    ['is being connected to', { resolved: false, connecting: true, message: 'Connecting.' }],
    ['is left to the next leader', { resolved: false, reason: 'ClusterProviderClosed', message: 'Closed.' }],
  ])('waits with the annotation for a cluster that %s', async (_what, target) => {
    const world = deleting(installed, { metadata: { annotations } });
    world.target = target;
    expect(await world.reconcile()).toMatchObject({
      released: false,
      outcome: { kind: 'requeue', afterMs: 60_000 },
    });
    expect(world.told).toEqual([]);
  });

  test('is given up where the connection was replaced meanwhile on the new one', async () => {
    const world = deleting(installed, { metadata: { annotations } });
    world.lost.abort(new ConnectionReplacedError('replaced'));
    world.release = new Error('closed');
    expect(await world.reconcile()).toMatchObject({ released: false, error: undefined });
    expect(world.told).toEqual([]);
  });
});

describe('what was never installed', () => {
  test('lets the object go without a look at any cluster', async () => {
    const world = deleting({ conditions: [], observedGeneration: 1 });
    world.target = new Error('nobody may ask');
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.removals).toEqual([]);
  });

  test('is looked for by its anchor alone where a pass was about to begin', async () => {
    const world = deleting({ target });
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.removals).toMatchObject([{ everDelivered: false }]);
  });

  test.each([
    ['a version', { version: '1.14.0' }],
    ['manifests', { manifests: ['/var/run/ko/knative-serving/1.14.0'] }],
  ])('is not what the reference operator left with %s', async (_what, status) => {
    const world = deleting(status);
    await world.reconcile();
    expect(world.removals).toMatchObject([{ everDelivered: true }]);
  });

  test('and without our finalizer nothing is done at all', async () => {
    const world = deleting(installed, { metadata: { finalizers: ['others'] } });
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.removals).toEqual([]);
    expect(world.hub.calls).toEqual([]);
  });
});

describe('a removal that does not get on', () => {
  const context = { cluster: 'fleet/spoke', verb: 'list', resource: 'pods.metrics.k8s.io' };
  const identity = { apiVersion: 'v1', kind: 'Service', namespace: 'team', name: 'kourier' };

  test.each([
    ['a server in trouble', new ServerError(context, { message: 'unavailable' })],
    ['a right that lacks', new ForbiddenError(context, { message: 'no' })],
    [
      'an object that may not go',
      new DeliveryError('remove', 'fleet/spoke', [
        { identity, error: new ForbiddenError(context, { message: 'protected' }) },
      ]),
    ],
  ])('because of %s tells so in an event, with the age of the deletion', async (_what, error) => {
    const world = deleting();
    world.removal = error;
    await world.reconcile(world.object, 2);
    expect(world.events).toMatchObject([{ reason: 'FinalizeBlocked', note: error.message }]);
    expect(await world.metrics.text()).toMatch(/wheelwright_resource_deletion_age_seconds\{.*\} -?\d+/);
    expect(finalizersOf(world)).toContain(serving.finalizer);
  });

  test('because its connection was replaced begins anew without a word', async () => {
    const world = deleting();
    world.lost.abort(new ConnectionReplacedError('replaced'));
    world.removal = new Error('closed');
    expect(await world.reconcile()).toMatchObject({
      released: false,
      outcome: { afterMs: 0 },
      error: undefined,
    });
    expect(world.told).toEqual([]);
  });

  test('waits for objects with finalizers, and looks often', async () => {
    const world = deleting();
    world.removal = new StillTerminating('still terminating: Service team/kourier', []);
    const { outcome, error } = await world.reconcile();
    expect({ outcome, error }).toEqual({ outcome: { kind: 'requeue', afterMs: 2_000 }, error: undefined });
    expect(world.told).toEqual(['FinalizeBlocked']);
    expect(world.conditionOf('InstallSucceeded')).toMatchObject({
      status: 'False',
      message: 'remote finalization: still terminating: Service team/kourier. WW3009',
    });
  });

  test('for want of a cluster tells the way out', async () => {
    const world = deleting();
    world.target = {
      resolved: false,
      reason: 'ClusterProfileNotFound',
      message: 'There is no such profile.',
    };
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'requeue', afterMs: 60_000 } });
    expect(world.told).toEqual(['FinalizeBlocked']);
    expect(world.conditionOf('TargetClusterResolved')).toMatchObject({ status: 'False' });
    expect(world.conditionOf('TargetClusterResolved')?.message).toContain(
      'operator.knative.dev/deletion-policy: orphan',
    );
  });
});
