import { describe, expect, test } from 'vitest';
import { ServerError, TimeoutError } from '../kube/index.ts';
import { serving } from './component.ts';
import { KnativeWorld, objectName, reportWith, waitingOn } from './testing/knative-world.ts';

const onSpoke = { cluster: 'fleet/spoke', verb: 'apply', resource: 'configmaps' };
const progressing = { state: 'progressing', ready: 0, wanted: 1 } as const;

describe('a first pass', () => {
  test('installs and says everything at once', async () => {
    const world = new KnativeWorld();
    world.seed();
    expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'done' }, error: undefined });
    expect(world.conditions).toEqual({
      DependenciesInstalled: 'True',
      DeploymentsAvailable: 'True',
      InstallSucceeded: 'True',
      Ready: 'True',
      TargetClusterResolved: 'True',
      VersionMigrationEligible: 'True',
    });
    expect(world.status).toMatchObject({
      observedGeneration: 1,
      version: '1.15.2',
      manifests: ['/var/run/ko/knative-serving/1.15.2'],
      target: {
        clusterProfileRef: { name: 'spoke', namespace: 'fleet' },
        namespace: 'team',
        anchorUid: 'anchor-1',
      },
    });
    expect(world.told).toEqual(['FinalizerUpdate', 'Installed', 'Ready']);
    expect(world.events[0]?.note).toBe('Updated "knative" finalizers');
    expect(world.object.metadata.finalizers).toEqual([serving.finalizer]);
  });

  test('has written where it installs before it installs', async () => {
    const world = new KnativeWorld();
    world.seed();
    const before: unknown[] = [];
    world.onDeliver = () => before.push(world.status.target);
    await world.reconcile();
    expect(before).toEqual([{ clusterProfileRef: { name: 'spoke', namespace: 'fleet' }, namespace: 'team' }]);
  });

  test('that cannot render claims nothing, so that a removal has nothing to look for', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.rendered = new Error('no manifests');
    await world.reconcile();
    expect(world.status.target).toBeUndefined();
    expect(world.deliveries).toEqual([]);
  });

  test('that finds the cluster taken records no anchor', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.anchorUid = undefined;
    world.report = new ServerError(onSpoke, { message: 'unavailable' });
    await world.reconcile();
    expect(world.status.target).toMatchObject({ namespace: 'team' });
    expect(world.status.target?.anchorUid).toBeUndefined();
    expect(world.status.manifests).toBeUndefined();
  });

  test('that fails after the anchor was made records it', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.report = new ServerError(onSpoke, { message: 'unavailable' });
    expect((await world.reconcile()).error).toBe(world.report);
    expect(world.status.target?.anchorUid).toBe('anchor-1');
  });
});

describe('an object that changed since it was read', () => {
  test('is not installed where it is being deleted by now', async () => {
    const world = new KnativeWorld();
    const read = world.seed();
    const { metadata } = read;
    world.hub.seed({
      ...read,
      metadata: {
        ...metadata,
        deletionTimestamp: '2026-01-01T00:00:01Z',
        finalizers: ['foregroundDeletion'],
      },
    });
    expect(await world.reconcile(read)).toMatchObject({ outcome: { kind: 'done' }, released: true });
    expect(world.deliveries).toEqual([]);
    expect(world.object.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('is removed where it is being deleted by now and ours', async () => {
    const world = new KnativeWorld();
    const status = { target: { namespace: 'team', anchorUid: 'a' } };
    const read = world.seed({ status });
    world.hub.seed({
      ...read,
      metadata: {
        ...read.metadata,
        deletionTimestamp: '2026-01-01T00:00:01Z',
        finalizers: [serving.finalizer],
      },
    });
    expect(await world.reconcile(read)).toMatchObject({ released: true });
    expect(world.removals).toHaveLength(1);
  });

  test('is let be where it is gone', async () => {
    const world = new KnativeWorld();
    const read = world.seed();
    world.hub.remove(objectName);
    expect(await world.reconcile(read)).toEqual({ outcome: { kind: 'done' }, released: false });
  });

  test('is not installed where it goes before its target is recorded', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.hub.before = ({ subresource }) => {
      if (subresource === 'status') world.hub.remove(objectName);
    };
    expect(await world.reconcile()).toMatchObject({ released: true });
    expect(world.deliveries).toEqual([]);
  });
});

test('a spec that cannot be read is refused with field and remedy, and touches no cluster', async () => {
  const world = new KnativeWorld();
  world.seed({ spec: { 'high-availability': { replicas: 'three' }, config: 'secret' } });
  expect(await world.reconcile()).toMatchObject({ outcome: { kind: 'done' } });
  expect(world.conditions).toEqual({ InstallSucceeded: 'False Error', Ready: 'False Error' });
  const message = world.conditionOf('Ready')?.message;
  expect(message).toContain("spec.high-availability.replicas 'three' must be an integer");
  expect(message).not.toContain('secret');
  expect(world.deliveries).toEqual([]);
});

describe('times and events', () => {
  test('tell drift that is left once, again when it becomes another, and that it is over', async () => {
    const world = new KnativeWorld();
    world.seed({ metadata: { annotations: { 'operator.knative.dev/drift-policy': 'report' } } });
    await world.reconcile();
    world.events.length = 0;
    const drift = (name: string) =>
      ({
        identity: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name },
        action: 'reverted',
      }) as const;
    world.report = reportWith({ unmended: [drift('a')] });
    await world.reconcile();
    await world.reconcile();
    expect(world.conditionOf('Ready')).toMatchObject({ status: 'False', reason: 'DriftReported' });
    expect(world.told).toEqual(['DriftReported']);
    world.report = reportWith({ unmended: [drift('a'), drift('b')] });
    await world.reconcile();
    world.report = reportWith();
    await world.reconcile();
    expect(world.told).toEqual(['DriftReported', 'DriftReported', 'Ready']);
  });

  test('move with what is seen, not with what a pass goes through', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.target = { resolved: false, reason: 'ClusterProfileNotReady', message: 'Not healthy.' };
    await world.reconcile();
    const since = world.conditionOf('Ready')?.lastTransitionTime;
    await world.clock.advance(30_000);
    world.target = { resolved: true, cluster: world.spoke, provider: 'test' };
    world.rendered = new TypeError('a mistake');
    await world.reconcile();
    expect(world.conditionOf('Ready')).toMatchObject({ status: 'False', lastTransitionTime: since });
    expect(world.conditionOf('InstallSucceeded')?.lastTransitionTime).not.toBe(since);
  });

  test('move where somebody saw the state in between', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.target = { resolved: false, reason: 'ClusterProfileNotReady', message: 'Not healthy.' };
    await world.reconcile();
    await world.clock.advance(30_000);
    world.target = { resolved: true, cluster: world.spoke, provider: 'test' };
    world.report = reportWith({ waiting: waitingOn({ activator: progressing }) });
    await world.reconcile();
    expect(world.conditionOf('Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:30Z');
  });

  test('are those of whoever was first, where a pass began with an old copy', async () => {
    const world = new KnativeWorld();
    const read = world.seed({ metadata: { finalizers: [serving.finalizer] } });
    await world.reconcile(read);
    await world.clock.advance(8_000);
    world.events.length = 0;
    await world.reconcile(read);
    expect(world.conditionOf('Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
    expect(world.told).toEqual([]);
  });

  test('do not repeat in a pass over an unchanged object, which writes nothing', async () => {
    const world = new KnativeWorld();
    world.seed();
    await world.reconcile();
    await world.clock.advance(60_000);
    const [calls, events] = [world.hub.calls.length, world.events.length];
    await world.reconcile();
    expect([world.hub.calls.length, world.events.length]).toEqual([calls, events]);
  });
});

describe('a request that got lost', () => {
  test('at first leaves an object that was ready alone', async () => {
    const world = new KnativeWorld();
    world.seed();
    await world.reconcile();
    const before = world.status;
    world.report = new TimeoutError(onSpoke, { message: 'late' });
    expect((await world.reconcile()).error).toBe(world.report);
    expect(world.status).toEqual(before);
  });

  test('at first contact leaves open what is open', async () => {
    const world = new KnativeWorld();
    world.seed();
    world.report = new TimeoutError(onSpoke, { message: 'late' });
    await world.reconcile();
    const before = world.status;
    expect(world.conditions).toMatchObject({ Ready: 'Unknown', InstallSucceeded: 'Unknown' });
    await world.clock.advance(5_000);
    await world.reconcile(world.object, 1);
    expect(world.status).toEqual(before);
    await world.reconcile(world.object, 2);
    expect(world.conditions).toMatchObject({
      TargetClusterResolved: 'False RemoteClientCreationFailed',
      Ready: 'False RemoteClientCreationFailed',
    });
    expect(Object.values(world.conditions)).not.toContain('Unknown');
  });
});

describe('findings about a spec', () => {
  const findings = [
    { reason: 'FieldNotImplemented', field: 'spec.workloads[0].version', message: 'is not acted on' },
    { reason: 'ConfigUnknown', field: 'spec.config.nope', message: 'there is no such ConfigMap' },
  ] as const;

  function worldWith(count: number): KnativeWorld {
    const world = new KnativeWorld();
    world.rendered = {
      ...(world.rendered as Exclude<KnativeWorld['rendered'], Error>),
      findings: findings.slice(0, count),
    };
    return world;
  }

  test('stand in a condition for as long as they hold, and leave Ready alone', async () => {
    const world = worldWith(2);
    world.seed();
    await world.reconcile();
    expect(world.conditionOf('InstallSucceeded')).toMatchObject({
      status: 'True',
      reason: 'FieldNotImplemented',
      message:
        'spec.workloads[0].version: is not acted on. WW3010; spec.config.nope: there is no such ConfigMap. WW3012',
    });
    expect(world.conditionOf('Ready')).toEqual({
      type: 'Ready',
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    world.rendered = { ...(world.rendered as Exclude<KnativeWorld['rendered'], Error>), findings: [] };
    await world.reconcile();
    expect(world.conditions['InstallSucceeded']).toBe('True');
  });

  test('are events once, however many passes there are', async () => {
    const world = worldWith(1);
    world.seed();
    for (let pass = 0; pass < 4; pass++) await world.reconcile();
    expect(world.told.filter((reason) => reason === 'FieldNotImplemented')).toHaveLength(1);
  });

  test('are told while the first rollout still goes on', async () => {
    const world = worldWith(1);
    world.seed();
    world.report = reportWith({ waiting: waitingOn({ activator: progressing }) });
    for (let pass = 0; pass < 4; pass++) await world.reconcile();
    expect(world.told).toEqual(['FinalizerUpdate', 'FieldNotImplemented']);
  });
});
