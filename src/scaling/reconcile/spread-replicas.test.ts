import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { settle } from '../../../test/support/memory-hub.ts';
import type { Cluster } from '../../clusters/index.ts';
import { ConflictError, InvalidError, ServerError } from '../../kube/index.ts';
import { FakeMember } from '../testing/fake-member.ts';
import { objectName, ScalingWorld } from '../testing/scaling-world.ts';

type Annotations = Readonly<Record<string, string>>;

function rows(world: ScalingWorld) {
  return world.status.memberClusterStatuses ?? {};
}

async function running(): Promise<ScalingWorld> {
  const world = new ScalingWorld();
  for (const member of world.members) member.put(1);
  world.seed();
  await world.calm();
  await world.scale(10);
  await world.clock.advance(2_000);
  await world.calm();
  return world;
}

function deleted(world: ScalingWorld): void {
  const deletionTimestamp = new Date(world.clock.now()).toISOString();
  world.hub.seed({ ...world.object, metadata: { ...world.object.metadata, deletionTimestamp } });
}

describe('the beginning', () => {
  test('gives autoscalers a selector before anything is known of members', async () => {
    const world = new ScalingWorld();
    world.isSynced = false;
    world.seed();
    await world.pass();
    expect(world.status).toMatchObject({ selector: 'keda.kedify.io/dso-uid=uid-1', totalCurrentReplicas: 0 });
    expect(world.condition('Ready')).toBe('Unknown Initializing');
    expect(world.course).toEqual(['hub status']);
    await world.pass();
    expect(world.course).toEqual(['hub status']);
  });

  test('takes what members run for the first total, and only then asks the engine', async () => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(1);
    world.seed();
    await world.pass();
    expect(world.engine.asked).toEqual([]);
    await world.calm();
    expect(world.total).toBe(3);
    expect(world.engine.asked.length).toBeGreaterThan(0);
    expect(world.members.flatMap(({ writes }) => writes)).toEqual([]);
    expect(world.status).toMatchObject({
      totalCurrentReplicas: 3,
      membersHealthyCount: 3,
      membersTotalCount: 3,
      print: { totalReplicas: '3/3', membersCount: '3/3' },
    });
    expect(world.condition('Ready')).toBe('True AllMembersReady');
  });

  test('waits for a member that has not answered, for half a minute', async () => {
    const world = new ScalingWorld();
    world.member('one').put(2);
    world.told.set('two', { state: 'Unknown', cluster: undefined });
    world.told.set('three', { state: 'Unknown', cluster: undefined });
    world.seed();
    await world.calm();
    expect(world.total).toBe(0);
    expect(world.condition('Ready')).toBe('Unknown Initializing');
    expect(world.member('one').writes).toEqual([]);
    await world.clock.advance(31_000);
    await world.calm();
    expect(world.total).toBe(2);
    expect(world.split[0]).toBe(2);
  });

  test('decides nothing where nobody knows what runs', async () => {
    const world = new ScalingWorld(['one']);
    world.told.set('one', { state: 'NotReady', info: 'unreachable.', cluster: undefined });
    world.seed();
    await world.calm();
    await world.clock.advance(60_000);
    await world.calm();
    expect([world.total, world.engine.asked]).toEqual([0, []]);
    expect(world.condition('Ready')).toBe('False NoHealthyMembers');
    expect(rows(world)['one']).toMatchObject({
      state: 'NotReady',
      description: expect.stringContaining('unreachable'),
    });
  });
});

describe('at rest', () => {
  const unknown = (world: ScalingWorld): readonly string[] =>
    (world.status.conditions ?? []).flatMap(({ type, status }) => (status === 'Unknown' ? [type] : []));

  test('nothing is unknown where no member answers', async () => {
    const world = new ScalingWorld(['one']);
    world.told.set('one', { state: 'NotReady', info: 'gone', cluster: undefined });
    world.seed();
    await world.calm();
    expect(unknown(world)).toEqual([]);
  });

  test('nothing is unknown where no member is registered', async () => {
    const world = new ScalingWorld([]);
    world.seed();
    await world.calm();
    expect([unknown(world), world.condition('Ready')]).toEqual([[], 'False NoHealthyMembers']);
  });

  test('nothing is unknown of a spec that was wrong from the beginning', async () => {
    const world = new ScalingWorld(['one']);
    world.seed({ spec: { rebalancingPolicy: { gracePeriod: 'soon' } } });
    await world.calm();
    expect([unknown(world), world.condition('Ready')]).toEqual([[], 'False InvalidSpec']);
  });

  test('nothing is unknown where members cannot be listed, and the source is named', async () => {
    const world = new ScalingWorld(['one']);
    world.isSynced = false;
    world.hindrance = 'secrets is forbidden.';
    world.seed();
    const { outcome } = await world.pass();
    expect(world.condition('Ready')).toBe('Unknown Initializing');
    expect(outcome).toMatchObject({ kind: 'requeue', afterMs: 60_000 });
    await world.clock.advance(60_000);
    await world.calm();
    expect([unknown(world), world.condition('Ready')]).toEqual([[], 'False Initializing']);
    expect(world.status.conditions?.find(({ type }) => type === 'Ready')?.message).toContain(
      'Not read so far: the Secrets with kubeconfigs; secrets is forbidden.',
    );
    world.member('one').put(1);
    world.isSynced = true;
    await world.calm();
    expect(world.condition('Ready')).toBe('True AllMembersReady');
  });

  test('nothing is unknown of an engine that cannot say for long, and no series is left of it', async () => {
    const world = await running();
    const verdict = { status: 'Unknown', reason: 'KEDAUnavailable', message: 'Nobody says.' } as const;
    world.engine.report = { ready: verdict, active: verdict, paused: verdict };
    await world.calm();
    expect(unknown(world)).toEqual(['Paused', 'Ready', 'ScaledObjectActive']);
    await world.clock.advance(61_000);
    await world.calm();
    expect([unknown(world), world.condition('Ready')]).toEqual([[], 'False KEDAUnavailable']);
    expect(await world.metrics.text()).not.toContain('type="Paused"');
    await world.clock.advance(600_000);
    await world.calm();
    expect(unknown(world)).toEqual([]);
  });
});

describe('a total', () => {
  test('is spread, and the plan is kept before the first number is written', async () => {
    const world = await running();
    expect(world.split).toEqual([4, 3, 3]);
    const first = world.course.findIndex((step) => step === 'one 4');
    expect(world.course.lastIndexOf('hub object', first)).toBeGreaterThan(-1);
    expect(world.object.metadata.annotations).toHaveProperty(['wheelwright.dev/plan-state']);
  });

  test('is spread by nobody who cannot keep the plan', async () => {
    const world = await running();
    await world.scale(20);
    world.hub.before = ({ verb, subresource }) => {
      if (verb === 'patch' && subresource === undefined)
        throw new ServerError(
          { cluster: 'hub', verb, resource: 'distributedscaledobjects' },
          { message: 'no' },
        );
    };
    await expect(world.pass()).rejects.toThrow(ServerError);
    expect(world.split).toEqual([4, 3, 3]);
    world.hub.before = () => undefined;
    await world.calm();
    expect(world.split).toEqual([7, 6, 7]);
  });

  test('is spread also where the hub takes no more annotations, and that is told', async () => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(1);
    world.seed({
      scaledObjectSpec: { advanced: { restoreToOriginalReplicaCount: true } },
      metadata: { annotations: { 'example.com/notes': 'x'.repeat(200 * 1024) } },
    });
    let refused = 0;
    world.hub.before = ({ verb, subresource, body }) => {
      const { metadata } = (body ?? {}) as { metadata?: { annotations?: Record<string, string> } };
      const size = Object.values(metadata?.annotations ?? {}).reduce((sum, { length }) => sum + length, 0);
      if (verb !== 'patch' || subresource !== undefined || size < 200) return;
      refused += 1;
      throw new InvalidError(
        { cluster: 'hub', verb, resource: 'distributedscaledobjects' },
        {
          message: 'DSO "web" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
        },
      );
    };
    await world.calm();
    await world.scale(10);
    await world.clock.advance(2_000);
    await world.calm();
    expect(refused).toBeGreaterThan(0);
    expect(world.split).toEqual([4, 3, 3]);
    expect(world.condition('AnnotationsFull')).toBe('True AnnotationsFull');
    expect(world.reasons.filter((reason) => reason === 'AnnotationsFull')).toHaveLength(1);
    world.hub.before = () => undefined;
    await world.scale(20);
    await world.calm();
    expect(world.object.metadata.annotations).toHaveProperty(['wheelwright.dev/original-replicas']);
    expect(world.condition('AnnotationsFull')).toBeUndefined();
  });

  test('is planned anew from what another replica has planned further', async () => {
    const world = await running();
    const behind = world.object;
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.calm();
    await world.clock.advance(11_000);
    await world.calm();
    expect(world.split).toEqual([5, 3, 5]);
    const { kept } = world.memory ?? {};
    // A new leader whose watch still shows how it was before.
    world.restart();
    const spread = await world.pass(behind);
    expect(spread.error).toBeUndefined();
    expect(world.split).toEqual([5, 3, 5]);
    expect(world.memory?.state?.lastStepAt).toBe(kept?.lastStepAt);
    expect(world.object.metadata.annotations?.['wheelwright.dev/plan-state']).toContain('excluded');
  });

  test('of long ago is written to nobody', async () => {
    const world = await running();
    const behind = world.object;
    await world.scale(20);
    await world.calm();
    world.restart();
    await world.pass(behind);
    expect(world.split).toEqual([7, 6, 7]);
    const ofOne = world.member('one').writes.map(({ replicas }) => replicas);
    expect(ofOne).toEqual([4, 7]);
  });

  test.each([
    ['the status cannot be written', 'status', 'True AllMembersReady'],
    ['the engine has a defect', 'engine', 'False ScaledObjectNotReady'],
  ])('is followed from the plan that was kept where %s', async (_name, what, ready) => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(3);
    world.seed({ scaledObjectSpec: { advanced: { restoreToOriginalReplicaCount: true } } });
    await world.calm();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.scale(15);
    world.engine.failure = what === 'engine' ? new TypeError('no') : undefined;
    world.hub.before = ({ subresource }) => {
      if (what === 'status' && subresource === 'status')
        throw new ServerError({ cluster: 'hub', verb: 'patch', resource: 'x' }, { message: 'no' });
    };
    for (let look = 0; look < 12; look++) {
      expect((await world.pass()).error).toBeInstanceOf(what === 'engine' ? TypeError : ServerError);
      await world.clock.advance(1_000);
    }
    expect(world.memory?.originals).toEqual({
      'apps/v1/Deployment/web': Object.fromEntries(
        ['one', 'three', 'two'].map((name) => [`team/${name}`, { replicas: 3, uid: `${name}-web` }]),
      ),
    });
    expect(
      JSON.parse(world.object.metadata.annotations?.['wheelwright.dev/original-replicas'] ?? ''),
    ).toEqual(world.memory?.originals);
    expect(world.split).toEqual([8, 3, 7]);
    expect(world.condition('Ready')).toBe(ready);
  });

  test('costs nothing while nothing changes', async () => {
    const world = await running();
    await world.clock.advance(5_000);
    await world.calm();
    const before = world.course.length;
    await world.calm();
    expect(world.course).toHaveLength(before);
  });

  test('is put back after kubectl replace, also by another process', async () => {
    const world = await running();
    world.replace();
    world.restart();
    await world.calm();
    expect([world.total, world.split]).toEqual([10, [4, 3, 3]]);
    expect(world.reasons).toContain('TargetReplicasOverwritten');
  });

  test('is put back as it was although members could not take all of it', async () => {
    const world = new ScalingWorld(['one']);
    world.member('one').put(1);
    world.seed({ spec: { memberClusters: [{ name: 'one', maxReplicas: 4 }] } });
    await world.calm();
    await world.scale(10);
    await world.calm();
    expect(world.split).toEqual([4]);
    const { annotations } = world.object.metadata;
    world.replace();
    world.hub.seed({
      ...world.object,
      metadata: { ...world.object.metadata, annotations: annotations ?? {} },
    });
    world.restart();
    await world.calm();
    expect(world.total).toBe(10);
  });

  test.each<[where: string, annotationsOf: (kept: Annotations | undefined) => Annotations | undefined]>([
    ['the plan was kept before its replicas were there', (kept) => kept],
    ['somebody has taken the plan away', () => undefined],
    ['nobody can read the plan', () => ({ 'wheelwright.dev/plan-state': '{' })],
  ])(
    'was reached by what autoscalers are told, which a restart does not take back, where %s',
    async (_, of) => {
      const world = await running();
      for (const [name, replicas] of Object.entries({ one: 4, two: 3, three: 3 }))
        world.member(name).put(replicas, { writer: 'wheelwright/hub' });
      await world.clock.advance(2_000);
      await world.calm();
      expect(world.status.totalCurrentReplicas).toBe(10);
      const { annotations } = world.object.metadata;
      expect(annotations?.['wheelwright.dev/plan-state']).toContain('"published":3');
      world.hub.seed({
        ...world.object,
        metadata: { ...world.object.metadata, annotations: of(annotations) ?? {} },
      });
      // One is missing, and does not come at once.
      world.member('one').put(3, { writer: 'wheelwright/hub' });
      world.member('one').onWrite = () => {
        throw new ServerError({ cluster: 'one', verb: 'patch', resource: 'x' }, { message: 'no' });
      };
      world.restart();
      const told: unknown[] = [];
      for (let look = 0; look < 5; look++) {
        await world.pass();
        await world.clock.advance(2_000);
        told.push(world.status.totalCurrentReplicas);
      }
      expect(told).toEqual([10, 10, 10, 10, 10]);
      expect(world.split).toEqual([3, 3, 3]);
      world.services.writers.close();
    },
  );

  test('goes to zero where that came through /scale', async () => {
    const world = await running();
    await world.scale(0);
    await world.calm();
    expect(world.split).toEqual([0, 0, 0]);
  });

  test('is spread while the engine cannot be asked', async () => {
    const world = await running();
    world.engine.failure = new ConflictError(
      { cluster: 'hub', verb: 'patch', resource: 'scaledobjects' },
      { message: 'taken' },
    );
    await world.scale(20);
    const { error } = await world.pass();
    expect(error).toBeInstanceOf(ConflictError);
    expect(world.split).toEqual([7, 6, 7]);
    expect(world.condition('Ready')).toBe('False ScaledObjectNotReady');
  });
});

describe('members', () => {
  test('that do not answer are excluded after the grace period, by the clock of the first loss', async () => {
    const world = await running();
    world.told.set('two', {
      state: 'NotReady',
      info: 'The API server cannot be reached.',
      cluster: undefined,
    });
    await world.calm();
    const since = rows(world)['two']?.lastStatusChangeTime;
    expect(rows(world)['two']).toMatchObject({ state: 'NotReady', excluded: false, currentReplicas: 3 });
    expect(world.status).toMatchObject({
      totalCurrentReplicas: 10,
      membersHealthyCount: 2,
      print: { membersCount: '2/3' },
    });
    await world.clock.advance(5_000);
    world.restart();
    await world.calm();
    expect(world.split).toEqual([4, 3, 3]);
    await world.clock.advance(5_000);
    await world.calm();
    expect(rows(world)['two']).toMatchObject({
      excluded: true,
      desiredReplicas: 0,
      lastStatusChangeTime: since,
    });
    expect(world.split).toEqual([5, 3, 5]);
    expect(world.status.totalCurrentReplicas).toBe(10);
    expect(world.reasons).toEqual(
      expect.arrayContaining(['MemberNotReady', 'MemberExcluded', 'ReplicasRebalanced']),
    );
  });

  test('that come and go are told of once in five minutes', async () => {
    const world = await running();
    for (let flap = 0; flap < 10; flap++) {
      world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
      await world.calm();
      world.told.delete('two');
      await world.clock.advance(3_000);
      await world.calm();
      await world.clock.advance(3_000);
    }
    expect(world.reasons.filter((reason) => reason === 'MemberNotReady')).toHaveLength(1);
    expect(world.split).toEqual([4, 3, 3]);
  });

  test('are excluded, and a new total is spread, while a move waits for those of other objects', async () => {
    const world = await running();
    while (world.services.moves.reserveMs() < 3_000) continue;
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.calm();
    await world.clock.advance(11_000);
    while (world.services.moves.reserveMs() < 3_000) continue;
    await world.calm();
    expect(rows(world)['two']).toMatchObject({ excluded: true });
    expect(world.split).toEqual([4, 3, 3]);
    await world.scale(20);
    await world.calm();
    // Two is relied on for what it held.
    expect(world.split).toEqual([9, 3, 8]);
    await world.clock.advance(3_100);
    await world.calm();
    expect(world.split).toEqual([10, 3, 10]);
  });

  test('that answer late are told of where they lose what they ran', async () => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(2);
    world.told.set('three', { state: 'NotReady', info: 'gone', cluster: undefined });
    world.seed();
    await world.calm();
    expect(world.total).toBe(4);
    world.member('three').put(10);
    world.told.delete('three');
    await world.calm();
    expect(world.events.find(({ reason }) => reason === 'MemberAboveShare')?.note).toMatch(
      /^three ran 10 replicas when it was first seen, and gets 1/,
    );
  });

  test('that are not registered have a row with what may have been meant', async () => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(1);
    world.seed({ spec: { memberClusters: [{ name: 'two' }, { name: 'onw', weight: 2 }] } });
    await world.calm();
    await world.scale(6);
    await world.calm();
    expect(rows(world)['onw']).toMatchObject({
      state: 'NotReady',
      excluded: true,
      description: expect.stringMatching(/not registered.*did you mean one\?/),
    });
    expect(world.split).toEqual([1, 6, 1]);
    expect(world.condition('Ready')).toBe('True MembersDegraded');
  });

  test('have the name in the status that the user gave them, and the id that their provider gave', async () => {
    const world = new ScalingWorld(['one']);
    world.member('one').put(1);
    world.seed({ spec: { memberClusters: [{ name: 'kubeconfig#one' }] } });
    await world.calm();
    expect(Object.keys(rows(world))).toEqual(['kubeconfig#one']);
    expect(rows(world)['kubeconfig#one']).toMatchObject({ id: 'one', provider: 'kubeconfig' });
    expect(world.used.at(-1)).toBe('kubeconfig#one');
  });

  test('are worked with until they are empty, also where the spec does not name them any more', async () => {
    const world = await running();
    world.hub.seed({
      ...world.object,
      spec: { ...(world.object['spec'] as object), memberClusters: [{ name: 'one' }] },
    });
    await world.pass();
    expect(world.used.at(-1)?.split(' ').toSorted()).toEqual([
      'kubeconfig#one',
      'kubeconfig#three',
      'kubeconfig#two',
      'one',
    ]);
    await world.calm();
    await world.pass();
    expect(world.used.at(-1)?.split(' ').toSorted()).toEqual(['kubeconfig#one', 'one']);
  });

  test('that one name may mean make the object not ready', async () => {
    const world = await running();
    world.told.set('two', { local: 'one' });
    world.told.set('one', { alias: undefined });
    world.hub.seed({
      ...world.object,
      spec: { ...(world.object['spec'] as object), memberClusters: [{ name: 'one' }] },
    });
    await world.calm();
    expect(world.condition('Ready')).toBe('False MemberReferenceAmbiguous');
  });

  test('that refuse a write are out of reach for the object', async () => {
    const world = await running();
    const { ForbiddenError } = await import('../../kube/index.ts');
    world.member('two').onWrite = () => {
      throw new ForbiddenError({ cluster: 'two', verb: 'patch', resource: 'deployments' }, { message: 'no' });
    };
    await world.scale(20);
    await world.calm();
    expect(rows(world)['two']).toMatchObject({
      state: 'NotReady',
      description: expect.stringContaining('forbidden'),
    });
    world.services.writers.close();
  });

  describe('that another hub scales', () => {
    const foreign = (time: string) => ({ writer: 'wheelwright/other', time });
    const told = (world: ScalingWorld): readonly string[] =>
      world.events.filter(({ reason }) => reason === 'ForeignScaler').map(({ note }) => note);
    const engineTakes = (world: ScalingWorld, duration: (written: Promise<void>) => Promise<void>): void => {
      const written = Promise.withResolvers<void>();
      world.member('two').onWrite = () => written.resolve();
      world.engine.ensure = async () => {
        await duration(written.promise);
        return world.engine.report;
      };
    };

    test('are told of at once, whatever number that wrote, and stay ready (C3)', async () => {
      const world = await running();
      world.member('two').put(3, foreign('2026-01-01T00:00:05Z'));
      await world.clock.advance(2_000);
      await world.calm();
      expect(told(world)).toEqual(['two: wheelwright/other, which is another hub, scales the same workload']);
      expect(rows(world)['two']).toMatchObject({
        state: 'Ready',
        excluded: false,
        description: expect.stringContaining('scaled by another hub as well: wheelwright/other'),
      });
      expect(world.split).toEqual([4, 3, 3]);
    });

    test('are told of where that undoes everything, and written once a minute (C3)', async () => {
      const world = await running();
      for (let undone = 0; undone < 5; undone++) {
        world.member('two').put(8, foreign('2026-01-01T00:00:05Z'));
        await world.clock.advance(1_000);
        await world.pass();
      }
      expect(world.reasons).not.toContain('ScaleContention');
      expect(rows(world)['two']?.description).toContain('contended by wheelwright/other');
      expect(world.member('two').replicas()).toBe(8);
      await world.clock.advance(60_000);
      await world.pass();
      expect(world.member('two').replicas()).toBe(3);
    });

    test.each([
      ['a moment', async () => undefined],
      ['until the number was undone', (undone: Promise<void>) => undone.then(settle)],
    ])('are told of though no time says when that wrote, if a pass takes %s', async (_case, duration) => {
      const world = await running();
      engineTakes(world, duration);
      world.member('two').put(5, foreign(''));
      await world.pass();
      expect([world.split, told(world)]).toEqual([
        [4, 3, 3],
        ['two: wheelwright/other, which is another hub, scales the same workload'],
      ]);
    });

    test('are no news where that gave them up, and the number of this one has not been seen yet', async () => {
      const world = new ScalingWorld();
      for (const member of world.members) member.put(1, foreign('2025-12-31T00:00:00Z'));
      world.seed();
      await world.calm();
      await world.scale(10);
      engineTakes(world, (written) => written.then(settle));
      await world.pass();
      expect([world.split, told(world)]).toEqual([[4, 3, 3], []]);
    });

    test('are no news where that gave them up before the object was there', async () => {
      const world = new ScalingWorld();
      for (const member of world.members) member.put(1, foreign('2025-12-31T00:00:00Z'));
      world.seed();
      await world.calm();
      expect(told(world)).toEqual([]);
    });
  });

  test('are not scaled on the hub where an autoscaler of the hub does that', async () => {
    const world = await running();
    world.autoscalers = [
      { metadata: { name: 'own' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } },
    ];
    world.told.set('two', { provider: 'hub' });
    await world.clock.advance(60_000);
    await world.calm();
    expect(rows(world)['two']).toMatchObject({
      state: 'NotReady',
      description: expect.stringContaining("HorizontalPodAutoscaler 'own'"),
    });
  });

  test('are not scaled on the hub before it is known whether an autoscaler of the hub does that', async () => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(1);
    world.autoscalers = [
      { metadata: { name: 'own' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } },
    ];
    world.told.set('two', { provider: 'hub' });
    world.seed({ spec: { totalTargetReplicas: 9 } });
    await world.calm();
    expect(world.member('two').writes).toEqual([]);
    expect(world.member('one').writes).not.toEqual([]);
  });

  test('that are ClusterProfiles tell whether they lead to a cluster', async () => {
    const world = await running();
    expect(world.condition('TargetClusterResolved')).toBeUndefined();
    world.told.set('three', { provider: 'clusterprofile' });
    await world.calm();
    expect(world.condition('TargetClusterResolved')).toBe('True Resolved');
    world.told.set('three', {
      provider: 'clusterprofile',
      state: 'NotReady',
      failure: { resolved: false, reason: 'ClusterProfileNotFound', message: 'There is none.' },
    });
    await world.calm();
    expect(world.condition('TargetClusterResolved')).toBe('False ClusterProfileNotFound');
    expect(rows(world)['three']?.description).toContain('ClusterProfileNotFound');
    const told = world.status.conditions?.find(({ type }) => type === 'TargetClusterResolved');
    expect(told?.message).toBe('three: ClusterProfileNotFound: There is none.');
  });
});

describe('a spec', () => {
  test.each([
    ['that cannot be read', { rebalancingPolicy: { gracePeriod: 'soon' } }, /gracePeriod 'soon'/],
    ['with a number where a text belongs', { memberClusters: [{ name: 3 }] }, /memberClusters\[0\]\.name/],
  ])('%s leaves everything as it is', async (_name, spec, message) => {
    const world = await running();
    world.hub.seed({
      ...world.object,
      spec: { ...(world.object['spec'] as object), ...spec, totalTargetReplicas: 50 },
    });
    await world.calm();
    expect(world.condition('Ready')).toBe('False InvalidSpec');
    expect(world.status.conditions?.find(({ type }) => type === 'Ready')?.message).toMatch(message);
    expect(world.split).toEqual([4, 3, 3]);
    expect(Object.keys(rows(world))).toEqual(['one', 'three', 'two']);
  });

  test('of an object whose name is no label is refused', async () => {
    const world = new ScalingWorld(['one']);
    world.member('one').put(1);
    const name = 'x'.repeat(64);
    world.hub.seed({ ...world.seed(), metadata: { ...world.object.metadata, name } });
    const object = world.hub.peek({ namespace: 'team', name });
    expect(object).toBeDefined();
    const { readAskedScaling } = await import('./asked-scaling.ts');
    expect(object && readAskedScaling(object)).toMatchObject({
      ok: false,
      why: expect.stringContaining('63 characters'),
    });
  });

  test('with a plan that nobody can read begins anew, and says so once', async () => {
    const world = await running();
    world.hub.seed({
      ...world.object,
      metadata: { ...world.object.metadata, annotations: { 'wheelwright.dev/plan-state': '{"rows":' } },
    });
    world.restart();
    await world.calm();
    await world.clock.advance(600_000);
    await world.calm();
    expect(world.reasons.filter((reason) => reason === 'PlanStateUnreadable')).toHaveLength(1);
    expect(world.split).toEqual([4, 3, 3]);
  });

  test('with odd values has a plan that a restart can read, amid a return', async () => {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(1);
    const memberClusters = ['one', 'two', 'three', ''].map((name) => ({ name }));
    const rebalancingPolicy = { gracePeriod: '10.0004s', recoveryStabilization: '1.1h' };
    world.seed({ spec: { memberClusters, rebalancingPolicy } });
    await world.calm();
    await world.clock.advance(31_000);
    await world.calm();
    await world.scale(10);
    await world.calm();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.calm();
    await world.clock.advance(11_000);
    await world.calm();
    world.told.delete('two');
    await world.calm();
    const before = world.memory?.state?.rows;
    expect(before?.['team/two']?.phase).toMatchObject({ name: 'returning', hold: 3_960_000 });
    world.restart();
    await world.calm();
    expect(world.reasons).not.toContain('PlanStateUnreadable');
    expect(world.memory?.state?.rows['team/two']?.phase).toEqual(before?.['team/two']?.phase);
  });

  test('with paused rebalancing moves nothing in an outage', async () => {
    const world = await running();
    world.hub.seed({
      ...world.object,
      metadata: {
        ...world.object.metadata,
        annotations: { ...world.object.metadata.annotations, 'keda.kedify.io/paused-rebalance': 'true' },
      },
    });
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.calm();
    await world.clock.advance(60_000);
    await world.calm();
    expect(world.split).toEqual([4, 3, 3]);
    expect(rows(world)['two']).toMatchObject({ excluded: false, state: 'NotReady' });
  });
});

describe('the status', () => {
  test('follows numbers on their way once a second, and news at once', async () => {
    const world = await running();
    await world.clock.advance(5_000);
    await world.calm();
    const writes = (): number => world.course.filter((step) => step === 'hub status').length;
    const before = writes();
    for (let ready = 0; ready < 20; ready++) {
      world.member('one').put(4, { ready: ready % 4, writer: 'wheelwright/hub' });
      world.member('one').put(4, { writer: 'wheelwright/hub' });
      world.member('two').put(3 + (ready % 2), { writer: 'wheelwright/hub' });
      world.member('two').put(3, { writer: 'wheelwright/hub', ready: ready % 3 });
      await world.pass();
      await world.clock.advance(100);
    }
    expect(writes() - before).toBeLessThanOrEqual(3);
    const at = writes();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.pass();
    expect(writes()).toBe(at + 1);
  });

  test('has metrics of what is ready, what is excluded and what nobody runs', async () => {
    const world = await running();
    const values = async (name: string): Promise<readonly string[]> => {
      const lines = (await world.metrics.text()).split('\n');
      return lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.split(' ').at(-1) ?? '');
    };
    expect(await values('wheelwright_dso_ready_replicas')).toEqual(['10']);
    expect(await values('wheelwright_dso_member_excluded')).toEqual(['0', '0', '0']);
    expect(await values('wheelwright_dso_unplaced_replicas')).toEqual(['0']);
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await world.calm();
    await world.clock.advance(600_000);
    await world.calm();
    expect((await values('wheelwright_dso_member_excluded')).toSorted()).toEqual(['0', '0', '1']);
    world.hub.seed({
      ...world.object,
      spec: { ...(world.object['spec'] as object), memberClusters: [{ name: 'one', maxReplicas: 4 }] },
    });
    await world.calm();
    expect(await values('wheelwright_dso_unplaced_replicas')).toEqual(['6']);
  });

  test('has metrics under the names that boards for Kedify know, for as long as there is an object', async () => {
    const world = await running();
    const text = await world.metrics.text();
    expect(text).toContain(
      'kube_kedify_distributedscaledobject_spec_total_target_replicas{namespace="team",name="web"} 10',
    );
    expect(text).toContain(
      'kube_kedify_distributedscaledobject_status_condition{namespace="team",name="web",type="Ready"} 1',
    );
    world.metrics.forgetObject({ kind: 'DistributedScaledObject', ...world.object.metadata });
    const after = await world.metrics.text();
    expect(after).not.toContain('namespace="team"');
    expect(after).not.toContain('object_name="web"');
  });
});

test.each([
  ['has made', { created: { reason: 'ScaledObjectCreated', note: 'there is one now' } }],
  ['could not find out', { unread: { reason: 'KEDAUnavailable', note: 'there may be one' } }],
] as const)('what the engine %s is told once', async (_case, news) => {
  const world = await running();
  world.engine.report = { ...world.engine.report, ...news };
  await world.pass();
  await world.pass();
  const [{ reason, note }] = Object.values(news);
  expect(world.events.filter((event) => event.reason === reason).map((event) => event.note)).toEqual([note]);
});

describe('what has no more than a scale', () => {
  /** Two replicas on each of two members, by their StatefulSets. */
  async function sets(policy: Readonly<Record<string, unknown>> = {}): Promise<ScalingWorld> {
    const world = new ScalingWorld(['one', 'two']);
    for (const member of world.members) member.put(2);
    world.seed({
      spec: { rebalancingPolicy: { gracePeriod: '10s', maxRebalancePercentage: 100, ...policy } },
      scaledObjectSpec: { scaleTargetRef: { kind: 'StatefulSet', name: 'web' } },
    });
    await world.calm();
    for (const member of world.members) member.startsPods = false;
    return world;
  }

  async function later(world: ScalingWorld, ms: number): Promise<void> {
    await world.clock.advance(ms);
    await world.calm();
  }

  test('stays where it is until pods elsewhere are ready', async () => {
    const world = await sets();
    const memberClusters = [{ name: 'one', weight: 3 }, { name: 'two' }];
    const { spec } = world.object as unknown as { readonly spec: object };
    world.hub.seed({ ...world.object, spec: { ...spec, memberClusters } });
    await later(world, 60_000);
    expect(world.split).toEqual([3, 2]);
    world.member('one').put(3, { ready: 3, writer: 'wheelwright/hub' });
    await later(world, 10_000);
    expect(world.split).toEqual([3, 1]);
    expect(rows(world)['one']?.description).not.toContain('count');
  });

  test('is taken over by others where its pods do not become ready in time', async () => {
    const world = await sets({ slowProgressDeadline: '30s' });
    world.member('two').startsPods = true;
    await world.scale(8);
    await later(world, 1_000);
    expect(world.split).toEqual([4, 4]);
    await later(world, 20_000);
    await later(world, 20_000);
    expect(world.split).toEqual([4, 6]);
    await later(world, 10_000);
    expect(world.split).toEqual([2, 6]);
  });

  test('counts as ready where pods may not be read, and its row says so', async () => {
    const world = new ScalingWorld(['one']);
    world.member('one').pods = 'refused';
    world.member('one').put(2, { ready: 0 });
    world.seed({ scaledObjectSpec: { scaleTargetRef: { kind: 'StatefulSet', name: 'web' } } });
    await world.calm();
    expect(rows(world)['one']).toMatchObject({
      state: 'Ready',
      description: expect.stringContaining('; all replicas count as ready: its pods cannot be read'),
    });
  });
});

test('what hinders the engine is told when it begins, also across a restart, and again when it comes back', async () => {
  const world = await running();
  const { report: well } = world.engine;
  const says = (reason: string): void => {
    world.engine.report = { ...well, ready: { status: 'False', reason, message: `${reason}.` } };
  };
  const told = (): readonly string[] =>
    world.reasons.filter((reason) => ['TriggerError', 'ScaledObjectConflict'].includes(reason));
  const muchLater = async (): Promise<void> => {
    await world.clock.advance(600_000);
    await world.calm();
  };
  says('TriggerError');
  await muchLater();
  await muchLater();
  world.restart();
  world.services.notices.forget('uid-1');
  await muchLater();
  expect(told()).toEqual(['TriggerError']);
  says('ScaledObjectConflict');
  await muchLater();
  world.engine.report = well;
  await muchLater();
  says('PartialTriggerError');
  await muchLater();
  expect(told()).toEqual(['TriggerError', 'ScaledObjectConflict', 'TriggerError']);
});

describe('an object on a workload of an older one', () => {
  async function rivals(changes: Partial<KubeObject['metadata']>): Promise<ScalingWorld> {
    const world = new ScalingWorld();
    for (const member of world.members) member.put(1);
    const object = world.seed({ spec: { totalTargetReplicas: 9 } });
    world.claims.sees('team/first', {
      ...object,
      metadata: { ...object.metadata, name: 'first', uid: 'uid-0', ...changes },
    });
    await world.calm();
    return world;
  }

  test('writes nothing, asks no engine, and says so', async () => {
    const world = await rivals({ creationTimestamp: '2025-01-01T00:00:00Z' });
    expect(world.split).toEqual([1, 1, 1]);
    expect(world.engine.asked).toEqual([]);
    expect(world.condition('Ready')).toBe('False ScaleTargetConflict');
    expect(world.status.conditions?.find(({ type }) => type === 'Ready')?.message).toContain('team/first');
    expect(world.members.map(({ watching }) => watching)).toEqual([0, 0, 0]);
    world.claims.sees('team/first', undefined);
    await world.calm();
    expect(world.split).toEqual([3, 3, 3]);
  });

  test('is the one whose name comes later where both are as old', async () => {
    expect((await rivals({ name: 'a' })).condition('Ready')).toBe('False ScaleTargetConflict');
    expect((await rivals({ name: 'z' })).condition('Ready')).toBe('True AllMembersReady');
  });

  test('is none where the older one is in another namespace', async () => {
    const world = await rivals({ creationTimestamp: '2025-01-01T00:00:00Z', namespace: 'other' });
    expect(world.split).toEqual([3, 3, 3]);
  });
});

describe('an object that is deleted', () => {
  test('leaves members alone', async () => {
    const world = await running();
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([4, 3, 3]);
    expect(world.object.metadata.finalizers ?? []).toEqual([]);
    expect(world.engine.forgotten).toContain('team/web');
  });

  async function restoring(): Promise<ScalingWorld> {
    const world = new ScalingWorld();
    for (const [index, member] of world.members.entries()) member.put(index);
    world.told.set('two', { cluster: { ...world.member('two').cluster, identity: 'uid-1.server.ca' } });
    world.hub.seed({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team' },
      status: { phase: 'Active' },
    });
    world.seed({ scaledObjectSpec: { advanced: { restoreToOriginalReplicaCount: true } } });
    await world.calm();
    await world.scale(9);
    await world.calm();
    expect(world.split).toEqual([3, 3, 3]);
    expect(world.object.metadata.finalizers).toEqual(['keda.kedify.io/dso-cleanup']);
    return world;
  }

  test('gives members their first numbers back where it was asked to', async () => {
    const world = await restoring();
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([0, 1, 2]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test('gives them back although its spec has become wrong', async () => {
    const world = await restoring();
    const spec = world.object['spec'] as object;
    world.hub.seed({ ...world.object, spec: { ...spec, rebalancingPolicy: { gracePeriod: 'soon' } } });
    await world.calm();
    world.restart();
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([0, 1, 2]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  /** Two is another cluster by now, whose workload has a number of its own. */
  function rebuilt(world: ScalingWorld): FakeMember {
    const anew = new FakeMember('two', 2);
    anew.put(7, { uid: 'another' });
    world.told.set('two', { cluster: { ...anew.cluster, identity: 'uid-2.server.ca' } });
    return anew;
  }

  test('gives a cluster that was made anew behind the same name its own first number (C58)', async () => {
    const world = await restoring();
    const anew = rebuilt(world);
    await world.calm();
    await world.clock.advance(20_000);
    await world.calm();
    expect(anew.replicas()).toBe(3);
    world.restart();
    deleted(world);
    await world.calm();
    expect([world.split, anew.replicas()]).toEqual([[0, 3, 2], 7]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test('gives nothing to a cluster that it never scaled (C58)', async () => {
    const world = await restoring();
    deleted(world);
    const anew = rebuilt(world);
    await world.calm();
    expect([world.split, anew.writes]).toEqual([[0, 3, 2], []]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test("takes its own number for nobody's first one where a workload was made anew between two looks", async () => {
    const world = await restoring();
    const two = world.member('two');
    two.refuseWatches();
    await world.clock.advance(10_000);
    await world.calm();
    two.put(5, { uid: 'anew' });
    await world.scale(12);
    await world.calm();
    await world.clock.advance(10_000);
    await world.calm();
    expect(world.memory?.originals['apps/v1/Deployment/web']?.['team/two']).toEqual({
      replicas: 1,
      uid: 'anew',
    });
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([0, 1, 2]);
  });

  test('takes for the first number what ran before a delivery made the workload anew', async () => {
    const world = await restoring();
    world.member('two').remove();
    await world.calm();
    world.member('two').put(5, { uid: 'delivered', writer: 'wheelwright-dso-web' });
    await world.calm();
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([0, 1, 2]);
  });

  test('waits for no member while it gives them back', async () => {
    const world = await restoring();
    const answer = Promise.withResolvers<void>();
    world.member('two').onWrite = () => answer.promise;
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([0, 3, 2]);
    expect(world.object.metadata.finalizers).toEqual(['keda.kedify.io/dso-cleanup']);
    answer.resolve();
    await world.calm();
    expect(world.split).toEqual([0, 1, 2]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test('waits ten minutes for one that does not answer, and then says what it leaves', async () => {
    const world = await restoring();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([0, 3, 2]);
    expect(world.object.metadata.finalizers).toEqual(['keda.kedify.io/dso-cleanup']);
    await world.clock.advance(10 * 60_000);
    await world.calm();
    expect(world.object.metadata.finalizers).toEqual([]);
    expect(world.events.find(({ reason }) => reason === 'RestoreAbandoned')?.note).toContain(
      'team/two had 1',
    );
  });

  test('holds nothing up in a namespace that goes', async () => {
    const world = await restoring();
    world.hub.seed({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'team' },
      status: { phase: 'Terminating' },
    });
    deleted(world);
    await world.calm();
    expect(world.split).toEqual([3, 3, 3]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });
});

describe('an object that comes to scale another workload', () => {
  const notes = 'wheelwright.dev/original-replicas';
  const old = { namespace: 'team', name: 'web' };
  const next = { namespace: 'team', name: 'api' };

  /** Three each of `web`, which began with none, one and two; of `api` there are five everywhere. */
  async function scaling(advanced: Readonly<Record<string, unknown>> = restores): Promise<ScalingWorld> {
    const world = new ScalingWorld();
    for (const [index, member] of world.members.entries()) {
      member.put(index);
      member.put(5, next);
    }
    world.seed({ scaledObjectSpec: { advanced } });
    await world.calm();
    await world.scale(9);
    await world.calm();
    return world;
  }
  const restores = { restoreToOriginalReplicaCount: true };

  async function retarget(world: ScalingWorld, name: string, changes = {}): Promise<void> {
    const { spec } = world.object as unknown as { readonly spec: { readonly scaledObjectSpec: object } };
    const scaledObjectSpec = { ...spec.scaledObjectSpec, scaleTargetRef: { name }, ...changes };
    const { metadata } = world.object;
    const generation = (metadata.generation ?? 0) + 1;
    world.hub.seed({
      ...world.object,
      metadata: { ...metadata, generation },
      spec: { ...spec, scaledObjectSpec },
    });
    await world.calm();
  }

  const numbersOf = (world: ScalingWorld, name: typeof old): readonly unknown[] =>
    world.members.map((member) => member.replicas(name));

  test('works with a member that leaves the list until that has its first number back', async () => {
    const world = await scaling();
    world.member('three').remove(next);
    world.told.set('three', { state: 'NotReady', info: 'gone', cluster: undefined });
    const { spec } = world.object as unknown as { readonly spec: object };
    const memberClusters = [{ name: 'one' }, { name: 'two' }];
    world.hub.seed({ ...world.object, spec: { ...spec, memberClusters } });
    await retarget(world, 'api');
    const used = (): readonly string[] => world.used.at(-1)?.split(' ') ?? [];
    expect(used()).toContain('three');
    deleted(world);
    await world.calm();
    expect(used()).toContain('three');
  });

  test('gives the old one its first numbers back, and the new one in the end', async () => {
    const world = await scaling();
    await retarget(world, 'api');
    expect([numbersOf(world, old), numbersOf(world, next)]).toEqual([
      [0, 1, 2],
      [3, 3, 3],
    ]);
    const noted = JSON.parse(world.object.metadata.annotations?.[notes] ?? '') as object;
    expect(Object.keys(noted)).toEqual(['apps/v1/Deployment/api']);
    // It is its own again.
    world.member('one').put(7);
    await world.calm();
    expect(world.member('one').replicas(old)).toBe(7);
    const deletionTimestamp = new Date(world.clock.now()).toISOString();
    const { metadata } = world.object;
    world.hub.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' }, status: {} });
    world.hub.seed({ ...world.object, metadata: { ...metadata, deletionTimestamp } });
    await world.calm();
    expect([numbersOf(world, old), numbersOf(world, next)]).toEqual([
      [7, 1, 2],
      [5, 5, 5],
    ]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test.each([
    ['was never asked to', {}, {}],
    ['is not any more', restores, { advanced: {} }],
  ])('leaves the old one alone where it %s', async (_case, advanced, changes) => {
    const world = await scaling(advanced);
    await retarget(world, 'api', changes);
    expect([numbersOf(world, old), numbersOf(world, next)]).toEqual([
      [3, 3, 3],
      [3, 3, 3],
    ]);
  });

  test('gives it back although a number that was on its way to it arrives later', async () => {
    const world = await scaling();
    const [sent, arrives] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    world.member('one').onWrite = async ({ name, replicas }) => {
      if (name !== 'web' || replicas === 0) return;
      sent.resolve();
      await arrives.promise;
    };
    await world.scale(12);
    await world.pass();
    await sent.promise;
    await retarget(world, 'api');
    expect(world.member('one').replicas(old)).toBe(0);
    arrives.resolve();
    await world.calm();
    expect([numbersOf(world, old), numbersOf(world, next)]).toEqual([
      [0, 1, 2],
      [4, 4, 4],
    ]);
  });

  test('gives it back as soon as the member answers, also after a restart', async () => {
    const world = await scaling();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await retarget(world, 'api');
    expect(numbersOf(world, old)).toEqual([0, 3, 2]);
    world.restart();
    await world.calm();
    world.told.delete('two');
    await world.calm();
    expect(numbersOf(world, old)).toEqual([0, 1, 2]);
  });

  test('gives it back when it goes before the member answers', async () => {
    const world = await scaling();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await retarget(world, 'api');
    world.hub.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' }, status: {} });
    deleted(world);
    await world.calm();
    expect(numbersOf(world, next)).toEqual([5, 5, 5]);
    expect(world.object.metadata.finalizers).toHaveLength(1);
    world.told.delete('two');
    await world.calm();
    expect(numbersOf(world, old)).toEqual([0, 1, 2]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test('gives it back when it goes, at the latest, where another object scales the new one', async () => {
    const world = await scaling();
    const { metadata, spec } = world.object as KubeObject & { readonly spec: { scaledObjectSpec: object } };
    const elder = { ...metadata, name: 'elder', uid: 'uid-0', creationTimestamp: '2025-01-01T00:00:00Z' };
    const scaledObjectSpec = { ...spec.scaledObjectSpec, scaleTargetRef: { name: 'api' } };
    world.claims.sees('team/elder', {
      ...world.object,
      metadata: elder,
      spec: { ...spec, scaledObjectSpec },
    });
    await retarget(world, 'api');
    expect(world.condition('Ready')).toBe('False ScaleTargetConflict');
    world.hub.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' }, status: {} });
    deleted(world);
    await world.calm();
    expect([numbersOf(world, old), numbersOf(world, next)]).toEqual([
      [0, 1, 2],
      [5, 5, 5],
    ]);
    expect(world.object.metadata.finalizers).toEqual([]);
  });

  test('knows the first numbers of one that it comes back to', async () => {
    const world = await scaling();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    await retarget(world, 'api');
    world.told.delete('two');
    await retarget(world, 'web');
    await retarget(world, 'api');
    expect(numbersOf(world, old)).toEqual([0, 1, 2]);
  });

  test('leaves it to another object that scales it by then', async () => {
    const world = await scaling();
    const { metadata } = world.object;
    const younger = { ...metadata, name: 'heir', uid: 'uid-2', creationTimestamp: '2026-02-01T00:00:00Z' };
    world.claims.sees('team/heir', { ...world.object, metadata: younger });
    await retarget(world, 'api');
    expect(numbersOf(world, old)).toEqual([3, 3, 3]);
  });

  test('has nothing to give back to one that was made anew, or is gone', async () => {
    const world = await scaling();
    world.told.set('two', { state: 'NotReady', info: 'gone', cluster: undefined });
    world.member('one').remove(old);
    await retarget(world, 'api');
    world.member('two').remove(old);
    world.member('two').put(4, { uid: 'anew' });
    world.told.delete('two');
    await world.calm();
    expect(numbersOf(world, old)).toEqual([undefined, 4, 2]);
    const noted = JSON.parse(world.object.metadata.annotations?.[notes] ?? '') as object;
    expect(Object.keys(noted)).toEqual(['apps/v1/Deployment/api']);
  });
});

test('a member that leads to another cluster begins anew there, and what is left is told, also after a restart', async () => {
  const world = new ScalingWorld();
  for (const member of world.members) member.put(1);
  const lead = (cluster: Cluster, identity: string): void =>
    void world.told.set('two', { cluster: { ...cluster, identity } });
  lead(world.member('two').cluster, 'uid-1.server.ca');
  world.seed({ spec: { totalTargetReplicas: 9 } });
  await world.calm();
  expect(world.split).toEqual([3, 3, 3]);
  world.restart();
  const anew = new FakeMember('two', 2);
  anew.put(1, { uid: 'another' });
  lead(anew.cluster, 'uid-2.server.ca');
  await world.calm();
  expect(world.events.filter(({ reason }) => reason === 'MemberOrphaned').map(({ note }) => note)).toEqual([
    "two leads to another cluster now; 3 replicas in namespace 'team' of the one before stay as they are.",
  ]);
  expect(world.member('two').replicas()).toBe(3);
});

test('what a member says is masked and cut in its row', async () => {
  const world = new ScalingWorld();
  for (const member of world.members) member.put(1);
  world.member('two').onWrite = () => {
    throw new InvalidError(
      { cluster: 'two', verb: 'patch', resource: 'deployments' },
      { message: `denied for Bearer abcdefghijklmnop ${'x'.repeat(100_000)}` },
    );
  };
  world.seed({ spec: { totalTargetReplicas: 9 } });
  await world.calm();
  const { description = '' } = world.status.memberClusterStatuses?.['two'] ?? {};
  expect(description).toContain('write rejected: denied for Bearer [redacted] xxx');
  expect(description).toHaveLength(512);
});

test('the object of the tests is where they think it is', () => {
  expect(new ScalingWorld().seed().metadata).toMatchObject(objectName);
});
