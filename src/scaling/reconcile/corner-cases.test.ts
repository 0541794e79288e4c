import { describe, expect, test } from 'vitest';
import { NoMatchError } from '../../kube/index.ts';
import { ScalingWorld } from '../testing/scaling-world.ts';

const silent = { state: 'NotReady', info: 'gone', cluster: undefined } as const;

async function running(spec: Readonly<Record<string, unknown>> = {}): Promise<ScalingWorld> {
  const world = new ScalingWorld();
  for (const member of world.members) member.put(1);
  world.seed({ spec });
  await world.calm();
  await world.scale(10);
  await later(world, 2_000);
  return world;
}

async function later(world: ScalingWorld, ms: number): Promise<void> {
  await world.clock.advance(ms);
  await world.calm();
}

function edit(world: ScalingWorld, spec: object): void {
  const { object } = world;
  world.hub.seed({ ...object, spec: { ...(object['spec'] as object), ...spec } });
}

function notes(world: ScalingWorld, reason: string): readonly string[] {
  return world.events.filter((event) => event.reason === reason).map(({ note }) => note);
}

function message(world: ScalingWorld, type: string): string | undefined {
  return world.status.conditions?.find((condition) => condition.type === type)?.message;
}

describe('members', () => {
  test('of one name that lead elsewhere keep their replicas for a grace period, and that is told (C6)', async () => {
    const world = await running({ memberClusters: [{ name: 'one' }, { name: 'two' }] });
    expect(world.split).toEqual([5, 5, 1]);
    // The alias of two is three's by now.
    world.told.set('two', { alias: undefined });
    world.told.set('three', { alias: 'two' });
    await later(world, 1_000);
    expect(world.split).toEqual([5, 5, 1]);
    expect(notes(world, 'ReferenceRetargeted')).toEqual([
      "'two' now means kubeconfig#three, and meant kubeconfig#two: its replicas move away after one grace period.",
    ]);
    await later(world, 8_000);
    expect(world.split).toEqual([5, 5, 1]);
    await later(world, 2_000);
    await later(world, 2_000);
    world.member('three').put(5, { writer: 'wheelwright/hub' });
    await later(world, 2_000);
    expect(world.split).toEqual([5, 0, 5]);
  });

  test('that do not serve the kind are out of it, and the others are not (C7)', async () => {
    const world = await running();
    const context = { cluster: 'two', verb: 'get', resource: 'deployments' };
    world.member('two').onWrite = () => {
      throw new NoMatchError(context, { message: 'the server has no such kind' });
    };
    await world.scale(13);
    await later(world, 2_000);
    const row = world.status.memberClusterStatuses?.['two'];
    expect(row).toMatchObject({
      state: 'NotReady',
      description: expect.stringMatching(/^kind not served: Deployment of apps\/v1/),
    });
    await later(world, 12_000);
    expect(world.split).toEqual([7, 3, 6]);
    expect(world.condition('Ready')).toBe('True MembersDegraded');
    world.services.writers.close();
  });

  test('of which half are lost at once are waited for twice as long, and that is told (C29)', async () => {
    const world = await running();
    for (const name of ['two', 'three']) world.told.set(name, silent);
    await later(world, 1_000);
    expect(notes(world, 'SuspectedHubPartition')).toEqual([
      'two, three stopped answering at once; the grace period is doubled.',
    ]);
    await later(world, 17_000);
    expect(world.split).toEqual([4, 3, 3]);
    await later(world, 3_000);
    await later(world, 2_000);
    expect(world.split).toEqual([10, 3, 3]);
    expect(notes(world, 'SuspectedHubPartition')).toHaveLength(1);
  });

  test('that are lost and may still run are seen to, in what is printed and not in what autoscalers are told', async () => {
    const world = await running();
    world.told.set('two', silent);
    await later(world, 1_000);
    await later(world, 12_000);
    expect(world.split).toEqual([5, 3, 5]);
    for (const name of ['one', 'three']) world.member(name).put(5, { writer: 'wheelwright/hub' });
    await later(world, 2_000);
    expect(world.status).toMatchObject({ totalCurrentReplicas: 10, print: { totalReplicas: '13/10' } });
  });

  test.each([
    ['while they serve', false],
    ['while they are out of reach', true],
  ])('that are unregistered %s leave what they ran, and that is told', async (_what, isSilent) => {
    const world = await running();
    if (isSilent) world.told.set('two', silent);
    await later(world, 1_000);
    // The registry of the tests has no member without an id.
    world.told.set('two', { id: '' });
    await later(world, 2_000);
    expect(world.split).toEqual([5, 3, 5]);
    expect(Object.keys(world.status.memberClusterStatuses ?? {})).toEqual(['one', 'three']);
    expect(notes(world, 'MemberOrphaned')).toEqual([
      "two is not registered any more; 3 replicas in its namespace 'team' stay as they are.",
    ]);
  });
});

describe('a spec', () => {
  test('whose least is more than the total serves the heavier first, and never more than the total (C14)', async () => {
    const least = [
      { name: 'one', minReplicas: 8 },
      { name: 'two', minReplicas: 8, weight: 2 },
    ];
    const world = await running({ memberClusters: least });
    expect(world.split).toEqual([2, 8, 1]);
    expect(world.condition('MinReplicasUnsatisfied')).toBe('True MinReplicasUnsatisfied');
    expect(notes(world, 'MinReplicasUnsatisfied')).toHaveLength(1);
  });

  test('whose most is less than the total places that, and says how many run nowhere (C15)', async () => {
    const most = [
      { name: 'one', maxReplicas: 3 },
      { name: 'two', maxReplicas: 4 },
    ];
    const world = await running({ memberClusters: most });
    expect(world.split).toEqual([3, 4, 1]);
    expect(message(world, 'CapacityLimited')).toBe('3 of 10 replicas run nowhere: no member may take more.');
    // What asks for more goes on asking.
    expect(world.total).toBe(10);
    edit(world, { memberClusters: [{ name: 'one' }, { name: 'two' }] });
    await later(world, 2_000);
    expect(world.condition('CapacityLimited')).toBeUndefined();
  });

  test('with weights of 0 only changes nothing, and says so (C12)', async () => {
    const world = await running();
    edit(world, { memberClusters: ['one', 'two', 'three'].map((name) => ({ name, weight: 0 })) });
    await later(world, 2_000);
    expect([world.split, world.condition('Ready')]).toEqual([[4, 3, 3], 'False AllWeightsZero']);
    expect(notes(world, 'AllWeightsZero')).toHaveLength(1);
  });

  test('with a weight below 0 counts it as 0, and warns', async () => {
    const world = await running({ memberClusters: [{ name: 'one', weight: -3 }, { name: 'two' }] });
    expect(world.split).toEqual([0, 10, 1]);
    expect(notes(world, 'InvalidSpec')).toEqual([
      "spec.memberClusters[0].weight '-3' must not be negative; it counts as 0",
    ]);
  });

  test('that means another workload leaves the one before as it is', async () => {
    const world = await running();
    for (const member of world.members) member.put(2, { name: 'api' });
    const { scaledObjectSpec } = world.object['spec'] as { readonly scaledObjectSpec: object };
    edit(world, { scaledObjectSpec: { ...scaledObjectSpec, scaleTargetRef: { name: 'api' } } });
    await later(world, 2_000);
    await later(world, 2_000);
    expect(world.members.map((member) => member.replicas({ namespace: 'team', name: 'api' }))).toEqual([
      4, 3, 3,
    ]);
    expect(world.split).toEqual([4, 3, 3]);
  });
});

describe('an engine', () => {
  const verdict = (status: 'True' | 'False', reason: string) => ({ status, reason, message: `${reason}.` });

  test('that is not there leaves the total to whoever writes it, and that is spread (C46)', async () => {
    const world = await running();
    const missing = verdict('False', 'KEDANotInstalled');
    world.engine.report = { ready: missing, active: missing, paused: missing };
    await world.scale(20);
    await later(world, 2_000);
    expect([world.split, world.condition('Ready')]).toEqual([[7, 6, 7], 'False KEDANotInstalled']);
    world.told.set('two', silent);
    await later(world, 1_000);
    await later(world, 12_000);
    await later(world, 2_000);
    expect(world.split).toEqual([10, 6, 10]);
  });

  test('that is paused keeps the total, and others still take over from who is lost (C52)', async () => {
    const world = await running();
    world.hub.seed({
      ...world.object,
      metadata: {
        ...world.object.metadata,
        annotations: { ...world.object.metadata.annotations, 'autoscaling.keda.sh/paused': 'true' },
      },
    });
    const fine = verdict('True', 'ScaledObjectReady');
    world.engine.report = { ready: fine, active: fine, paused: verdict('True', 'ScaledObjectPaused') };
    world.told.set('two', silent);
    await later(world, 1_000);
    await later(world, 12_000);
    expect([world.total, world.split]).toEqual([10, [5, 3, 5]]);
    expect(world.condition('Paused')).toBe('True ScaledObjectPaused');
  });

  test('that falls back is told of, and the total it gives is spread (C54)', async () => {
    const world = await running();
    world.engine.report = { ...world.engine.report, fallback: verdict('True', 'FallbackExists') };
    await world.scale(6);
    await later(world, 2_000);
    expect([world.split, world.condition('ScaledObjectFallback')]).toEqual([
      [2, 2, 2],
      'True FallbackExists',
    ]);
  });
});
