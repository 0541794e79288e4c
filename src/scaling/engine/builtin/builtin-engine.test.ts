import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/index.ts';
import { ForbiddenError } from '../../../kube/index.ts';
import { configMapTrigger, EngineWorld, minute, second } from './testing/engine-world.ts';
import { engineStateAnnotation } from '../engine-state-annotation.ts';

const neverOn = { timezone: 'UTC', start: '0 0 1 1 *', end: '1 0 1 1 *', desiredReplicas: '1' };

describe('the builtin engine', () => {
  it('scales by a ConfigMap, as fast as an autoscaler may', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(2 * second);
    expect(world.total).toBe(4);
    world.load('50');
    await world.advance(60 * second);
    expect(world.total).toBe(10);
    expect(world.hub.totals).toEqual([1, 4, 8, 10]);
    expect(world.report?.ready).toMatchObject({ status: 'True', reason: 'ScaledObjectReady' });
    expect(world.report?.active).toMatchObject({ status: 'True', reason: 'ScalerActive' });
    expect(world.defects).toEqual([]);
  });

  it('acts on a change at once, and takes no two steps within one period', async () => {
    using world = new EngineWorld();
    world.load('0');
    await world.given();
    await world.advance(21 * second);
    expect(world.total).toBe(0);
    world.load('500');
    await world.advance(second);
    expect(world.total).toBe(4);
    world.load('600');
    await world.advance(13 * second);
    expect(world.total).toBe(4);
    await world.advance(2 * second);
    expect(world.total).toBe(8);
  });

  it('freezes the total while a trigger fails, at zero or above', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(20 * second);
    world.hub.remove('ConfigMap', { namespace: 'shop', name: 'load' });
    await world.advance(20 * minute);
    expect(world.total).toBe(4);
    expect(world.report?.ready).toMatchObject({ status: 'False', reason: 'TriggerError' });
    expect(world.report?.ready.message).toContain('there is no ConfigMap shop/load');
    world.load('no number');
    await world.advance(10 * minute);
    expect(world.total).toBe(4);
    expect(world.report?.ready.message).toContain(
      "the key 'value' of the ConfigMap shop/load: the text is no number",
    );
    world.load('25');
    await world.advance(16 * second);
    expect(world.total).toBe(5);
    expect(world.report?.ready.status).toBe('True');
  });

  const api = { url: 'http://queue.example', valueLocation: 'size', targetValue: '5' };
  const query = { serverAddress: 'http://prometheus.example', query: 'up', threshold: '5' };

  it.each<[string, Record<string, string>, string]>([
    ['metrics-api', { ...api, format: 'xml' }, "format is 'xml': it must be json, yaml or prometheus"],
    ['metrics-api', { ...api, aggregateFromKubeServiceEndpoints: 'true' }, 'name one that aggregates'],
    ['prometheus', { ...query, authModes: 'oauth' }, "has 'oauth', which the builtin engine does not have"],
    ['kafka', {}, "type is 'kafka': the builtin engine has cron, external"],
  ])('freezes the total for what only KEDA has: %s with %o', async (type, metadata, message) => {
    using world = new EngineWorld();
    await world.given({ total: 4, spec: { triggers: [{ type, metadata }] } });
    await world.advance(10 * minute);
    expect(world.hub.totals).toEqual([]);
    expect(world.report?.ready).toMatchObject({ status: 'False', reason: 'TriggerError' });
    expect(world.report?.ready.message).toContain(message);
  });

  it('writes nothing once another replica has the object', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(2 * second);
    const { annotations } = world.hub.scaled().metadata;
    world.owned = undefined;
    world.load('0');
    await world.clock.advance(10 * minute);
    expect(world.hub.totals).toEqual([1, 4]);
    expect(world.hub.scaled().metadata.annotations).toEqual(annotations);
    expect(world.defects).toEqual([]);
  });

  it('writes nothing where another replica takes the object while its total is read', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(2 * second);
    world.load('50');
    world.hub.beforeScale = () => void (world.owned = undefined);
    await world.clock.advance(60 * second);
    expect(world.hub.totals).toEqual([1, 4]);
    expect(world.defects).toEqual([]);
  });

  it('asks nothing of the hub while nothing changes', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(minute);
    const { calls } = world.hub;
    await world.advance(10 * minute);
    expect(world.hub.calls).toBe(calls);
    expect(world.hub.watches).toBe(1);
  });

  it('asks triggers at zero only as often as they are polled', async () => {
    using world = new EngineWorld();
    world.load('0');
    await world.given({ spec: { pollingInterval: 300 } });
    await world.advance(250 * second);
    // The first look, and the one for the first sight of the ConfigMap.
    expect(world.reads.length).toBeLessThanOrEqual(2);
    world.load('20');
    await world.advance(10 * second);
    const { length } = world.reads;
    await world.advance(150 * second);
    expect(world.reads.length).toBeGreaterThanOrEqual(length + 10);
  });

  it('polls by a shorter interval at once', async () => {
    using world = new EngineWorld();
    const spec = { triggers: [{ type: 'cron', metadata: neverOn }] };
    await world.given({ spec: { ...spec, pollingInterval: 3_600 } });
    await world.advance(10 * second);
    await world.given({ spec: { ...spec, pollingInterval: 5 } });
    await world.advance(2 * second);
    const { length } = world.reads;
    await world.advance(60 * second);
    expect(world.reads.length).toBe(length + 12);
  });

  it('goes to zero once the cooldown has passed, and not before', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ spec: { cooldownPeriod: 120 } });
    await world.advance(31 * second);
    world.load('0');
    await world.advance(5 * second);
    expect(world.report?.active).toMatchObject({ status: 'False', reason: 'ScalerCooldown' });
    await world.advance(110 * second);
    expect(world.total).toBeGreaterThan(0);
    await world.advance(40 * second);
    expect(world.total).toBe(0);
    expect(world.report?.active).toMatchObject({ status: 'False', reason: 'ScalerNotActive' });
  });

  it('brings what was never active to zero at once where no initial cooldown is set', async () => {
    using world = new EngineWorld();
    world.load('0');
    await world.given({ total: 3 });
    await world.advance(31 * second);
    expect(world.total).toBe(0);
  });

  it('waits for the initial cooldown otherwise', async () => {
    using world = new EngineWorld();
    world.load('0');
    await world.given({ total: 3, spec: { initialCooldownPeriod: 180 } });
    await world.advance(170 * second);
    expect(world.total).toBe(3);
    await world.advance(41 * second);
    expect(world.total).toBe(0);
  });

  it('holds the idle number without demand and the least one with it', async () => {
    using world = new EngineWorld();
    world.load('0');
    await world.given({ total: 2, spec: { minReplicaCount: 3, idleReplicaCount: 0, cooldownPeriod: 0 } });
    await world.advance(31 * second);
    expect(world.total).toBe(0);
    world.load('1');
    await world.advance(2 * second);
    expect(world.total).toBe(3);
  });

  it('stays within the least and the most', async () => {
    using world = new EngineWorld();
    world.load('1000');
    await world.given({ spec: { minReplicaCount: 2, maxReplicaCount: 7 } });
    await world.advance(minute);
    expect(world.total).toBe(7);
    world.load('0');
    await world.advance(10 * minute);
    expect(world.total).toBe(2);
  });

  it('decides again where somebody else wrote the total between its look and its write', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ total: 2 });
    await world.advance(20 * second);
    expect(world.total).toBe(4);
    let isFirst = true;
    world.hub.beforeUpdate = () => {
      if (!isFirst) return;
      isFirst = false;
      const object = world.hub.scaled();
      world.hub.put({ ...object, spec: { ...object.spec, totalTargetReplicas: 0 } });
    };
    world.load('30');
    await world.advance(2 * second);
    // At zero only an activation leads on.
    expect(world.total).toBe(0);
    await world.advance(31 * second);
    expect(world.total).toBe(6);
    expect(world.hub.totals).toEqual([4, 1, 4, 6]);
  });

  it('tells what the hub refuses, and goes on', async () => {
    using world = new EngineWorld();
    world.load('20');
    const refusal = new ForbiddenError(
      { cluster: 'hub', verb: 'update', resource: 'distributedscaledobjects' },
      { message: 'no' },
    );
    world.hub.failures.set('update', refusal);
    await world.given();
    await world.advance(20 * second);
    expect(world.report?.ready).toMatchObject({ status: 'False', reason: 'ErrorScalingTarget' });
    expect(world.defects).toEqual([]);
    world.hub.failures.clear();
    await world.advance(31 * second);
    expect(world.total).toBe(4);
    expect(world.report?.ready.status).toBe('True');
  });

  it('looks at most once a second, however often its source changes', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(20 * second);
    world.reads.length = 0;
    for (let change = 0; change < 500; change++) {
      world.load(String(20 + (change % 2)));
      await world.clock.advance(20);
    }
    expect(world.reads.length).toBeGreaterThan(5);
    expect(world.reads.length).toBeLessThan(13);
  });

  it('tells which triggers it has read, and calls by one name what it does not know', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ spec: { triggers: [configMapTrigger, { type: 'kafka', metadata: {} }] } });
    await world.advance(second);
    expect(new Set(world.reads)).toEqual(new Set(['kubernetes-resource value', 'other error']));
    expect(world.report?.ready).toMatchObject({ status: 'Unknown', reason: 'PartialTriggerError' });
    expect(world.report?.ready.message).toContain(
      "triggers[1].type is 'kafka': the builtin engine has cron, external",
    );
  });

  it('leaves an object alone that is being deleted', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(20 * second);
    const object = world.hub.scaled();
    const deletionTimestamp = '2026-01-01T00:00:20Z';
    world.hub.put({ ...object, metadata: { ...object.metadata, deletionTimestamp } });
    await world.pass();
    world.load('50');
    await world.advance(minute);
    expect(world.total).toBe(4);
    expect(world.hub.watches).toBe(0);
  });

  it('ends with its signal, and with what it is to forget', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(20 * second);
    world.engine.forget('shop/web');
    await world.clock.advance(minute);
    expect(world.hub.watches).toBe(0);
    expect(world.clock.sleeping).toBe(0);
  });
});

describe('pausing', () => {
  it('freezes the total, and goes on afterwards', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given();
    await world.advance(16 * second);
    await world.annotate({ 'autoscaling.keda.sh/paused': 'true' });
    await world.advance(2 * second);
    expect(world.report?.paused).toMatchObject({ status: 'True', reason: 'ScaledObjectPaused' });
    world.load('0');
    await world.advance(20 * minute);
    expect(world.total).toBe(4);
    world.load('25');
    await world.unannotate('autoscaling.keda.sh/paused');
    await world.advance(17 * second);
    expect(world.total).toBe(5);
    expect(world.report?.paused).toMatchObject({ status: 'False', reason: 'ScaledObjectUnpaused' });
  });

  it('leaves a total that somebody writes by hand, and without it that holds until the next look (C23)', async () => {
    using world = new EngineWorld();
    const byHand = async (totalTargetReplicas: number): Promise<void> => {
      const object = world.hub.scaled();
      world.hub.put({ ...object, spec: { ...object.spec, totalTargetReplicas } });
      await world.pass();
    };
    world.load('20');
    await world.given();
    await world.advance(16 * second);
    await world.annotate({ 'autoscaling.keda.sh/paused': 'true' });
    await world.advance(2 * second);
    await byHand(7);
    await world.advance(20 * minute);
    expect(world.total).toBe(7);
    await world.unannotate('autoscaling.keda.sh/paused');
    await byHand(9);
    expect(world.total).toBe(9);
    await world.advance(6 * minute);
    expect(world.total).toBe(4);
  });

  it('goes to the number it is paused at, beyond every bound', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({
      spec: { maxReplicaCount: 5 },
      annotations: { 'autoscaling.keda.sh/paused-replicas': '7' },
    });
    await world.advance(2 * second);
    expect(world.total).toBe(7);
    await world.annotate({ 'autoscaling.keda.sh/paused-replicas': '0' });
    await world.advance(2 * second);
    expect(world.total).toBe(0);
  });

  it('tells a number that is none and leaves the total alone', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ total: 2, annotations: { 'autoscaling.keda.sh/paused-replicas': 'two' } });
    await world.advance(20 * second);
    expect(world.total).toBe(2);
    expect(world.report?.ready).toMatchObject({ status: 'False', reason: 'ScaledObjectCheckFailed' });
    expect(world.report?.ready.message).toContain("paused-replicas is 'two'");
  });

  it('in only one direction leaves the other', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ total: 4, annotations: { 'autoscaling.keda.sh/paused-scale-in': 'true' } });
    await world.advance(minute);
    world.load('0');
    await world.advance(20 * minute);
    expect(world.total).toBe(4);
    world.load('40');
    await world.advance(16 * second);
    expect(world.total).toBe(8);
    await world.unannotate('autoscaling.keda.sh/paused-scale-in');
    await world.annotate({ 'autoscaling.keda.sh/paused-scale-out': 'true' });
    world.load('400');
    await world.advance(5 * minute);
    expect(world.total).toBe(8);
  });
});

describe('a forced activation', () => {
  it('wakes what no trigger asks for', async () => {
    using world = new EngineWorld();
    world.load('0');
    await world.given({ annotations: { 'autoscaling.keda.sh/force-activation': 'true' } });
    await world.advance(2 * second);
    expect(world.total).toBe(1);
  });
});

describe('a fallback', () => {
  const fallback = { failureThreshold: 2, replicas: 6, behavior: 'static' as const };

  it('stands in after its failures, and is told', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ spec: { fallback } });
    await world.advance(16 * second);
    expect(world.report?.fallback).toMatchObject({ status: 'False', reason: 'NoFallbackFound' });
    world.load('broken');
    await world.advance(2 * second);
    expect(world.total).toBe(4);
    expect(world.report?.ready).toMatchObject({ status: 'Unknown', reason: 'PartialTriggerError' });
    await world.advance(minute);
    expect(world.total).toBe(6);
    expect(world.report?.fallback).toMatchObject({ status: 'True', reason: 'FallbackExists' });
    expect(world.report?.active.status).toBe('True');
  });

  it('wakes what is at zero', async () => {
    using world = new EngineWorld();
    await world.given({ spec: { fallback } });
    await world.advance(2 * minute);
    expect(world.total).toBe(6);
  });

  it('of zero replicas does not make a failure into zero', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({
      spec: { fallback: { ...fallback, failureThreshold: 1_000, replicas: 0 }, cooldownPeriod: 0 },
    });
    await world.advance(16 * second);
    world.load('broken');
    await world.advance(20 * minute);
    expect(world.total).toBe(4);
  });
});

describe('a formula', () => {
  const triggers = [
    { ...configMapTrigger, name: 'a' },
    { ...configMapTrigger, name: 'b', metadata: { ...configMapTrigger.metadata, key: 'other' } },
  ];

  it('combines triggers', async () => {
    using world = new EngineWorld();
    world.hub.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'shop', name: 'load' },
      data: { value: '6', other: '3' },
    });
    const scalingModifiers = { formula: 'a > 5 ? a + b : 0', target: '3' };
    await world.given({ spec: { triggers, advanced: { scalingModifiers } } });
    await world.advance(2 * second);
    expect(world.total).toBe(3);
  });

  it('that nobody understands is told, and scales nothing', async () => {
    using world = new EngineWorld();
    world.load('6');
    const scalingModifiers = { formula: 'a + c', target: '3' };
    await world.given({ total: 2, spec: { triggers, advanced: { scalingModifiers } } });
    await world.advance(minute);
    expect(world.total).toBe(2);
    expect(world.report?.ready).toMatchObject({ status: 'False', reason: 'ScaledObjectCheckFailed' });
    expect(world.report?.ready.message).toContain("'c' is the name of no trigger");
  });
});

/** Scales by a trigger whose authentication takes its user from variables of the workload. */
async function readByVariables(world: EngineWorld): Promise<void> {
  world.load('20');
  world.hub.put({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: { namespace: 'shop', name: 'auth' },
    spec: { env: [{ parameter: 'user', name: 'USER' }] },
  });
  await world.given({ spec: { triggers: [{ ...configMapTrigger, authenticationRef: { name: 'auth' } }] } });
  await world.advance(2 * second);
}

describe('an authentication', () => {
  it('that reads variables of the workload is a warning, and the rest of it counts', async () => {
    using world = new EngineWorld();
    await readByVariables(world);
    expect(world.total).toBe(4);
    expect(world.report?.warnings).toEqual([
      {
        field: 'spec.scaledObjectSpec.triggers[0].authenticationRef',
        message: expect.stringContaining('reads user from variables of the workload') as string,
      },
    ]);
  });
});

describe('an authentication by variables', () => {
  it('is read anew when the workload comes from the hub, and is no warning any more', async () => {
    using world = new EngineWorld();
    await readByVariables(world);
    expect(world.report?.warnings).toHaveLength(1);
    const containers = [{ name: 'web', env: [{ name: 'USER', value: 'ada' }] }];
    world.hub.put({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { template: { spec: { containers } } },
    });
    const object = world.hub.scaled() as unknown as KubeObject;
    world.hub.put({ ...object, spec: { ...(object['spec'] as object), workload: { fromHub: true } } });
    await world.pass();
    await world.advance(2 * second);
    expect(world.report?.warnings).toBeUndefined();
    expect(world.report?.ready.status).toBe('True');
    expect(world.total).toBe(4);
  });
});

describe('after somebody else scaled it', () => {
  const past = (state: object): Readonly<Record<string, string>> => ({
    [engineStateAnnotation]: JSON.stringify(state),
  });

  it.each([{ active: false, lastActiveTime: '2020-01-01T00:00:00Z' }, { active: false }])(
    'a cooldown passes before it goes to zero, where %o is left of old',
    async (state) => {
      using world = new EngineWorld();
      world.load('0');
      await world.given({ total: 4, ageMs: 600 * minute, annotations: past(state) });
      await world.advance(4 * minute);
      expect(world.total).toBeGreaterThan(0);
      await world.advance(2 * minute);
      expect(world.total).toBe(0);
    },
  );
});

describe('after a restart', () => {
  const behavior = {
    scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 1, periodSeconds: 600 }] },
  };

  it('nothing goes to zero earlier than it would have', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ spec: { cooldownPeriod: 300 } });
    await world.advance(31 * second);
    world.load('0');
    await world.advance(100 * second);
    const state = JSON.parse(world.hub.scaled().metadata.annotations?.[engineStateAnnotation] ?? '') as {
      active: boolean;
    };
    expect(state.active).toBe(false);
    world.engine.forget('shop/web');
    await world.advance(190 * second);
    expect(world.total).toBeGreaterThan(0);
    await world.advance(60 * second);
    expect(world.total).toBe(0);
  });

  it('one that was active begins its cooldown anew', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ spec: { cooldownPeriod: 300 } });
    await world.advance(31 * second);
    world.engine.forget('shop/web');
    await world.clock.advance(1_000 * minute);
    world.load('0');
    await world.advance(290 * second);
    expect(world.total).toBeGreaterThan(0);
    await world.advance(60 * second);
    expect(world.total).toBe(0);
  });

  it('policies still count what was changed before', async () => {
    using world = new EngineWorld();
    world.load('20');
    await world.given({ total: 4, spec: { advanced: { horizontalPodAutoscalerConfig: { behavior } } } });
    await world.advance(20 * second);
    world.load('5');
    await world.advance(20 * second);
    expect(world.total).toBe(3);
    world.engine.forget('shop/web');
    await world.advance(500 * second);
    expect(world.total).toBe(3);
    await world.advance(120 * second);
    expect(world.total).toBe(2);
  });

  it('nothing shrinks before the window of stabilization has passed again', async () => {
    using world = new EngineWorld();
    world.load('40');
    await world.given({ total: 8 });
    await world.advance(20 * minute);
    world.engine.forget('shop/web');
    world.load('20');
    await world.advance(290 * second);
    expect(world.total).toBe(8);
    await world.advance(30 * second);
    expect(world.total).toBe(4);
  });
});
