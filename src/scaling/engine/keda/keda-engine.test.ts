import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/index.ts';
import { type KubeClient, NotFoundError, type Resource, type WatchOptions } from '../../../kube/index.ts';
import { FakeClock } from '../../../../test/support/memory-hub.ts';
import type { EngineReport } from '../scaling-engine.ts';
import { KedaEngine } from './keda-engine.ts';
import { distributed, stored } from './testing/objects.ts';

const lost = new NotFoundError(
  { cluster: 'hub', verb: 'watch', resource: 'scaledobjects' },
  { message: 'no' },
);

let clock: FakeClock;
let life: AbortController;
let engine: KedaEngine;
/** What a hub is asked, and what of it is news to objects. */
let asked: string[];
let changes: number;
/** Whether ScaledObjects are listed, and not only found by discovery. */
let areListed: boolean;
let children: readonly KubeObject[];
let endWatch: (error: Error) => void;

beforeEach(() => {
  clock = new FakeClock();
  life = new AbortController();
  [asked, changes, areListed, children] = [[], 0, true, []];
  const client = {
    cluster: 'hub',
    resourceFor: async (kind: object): Promise<object> => {
      asked.push('discover');
      // Whoever asks without a pause would never let the test go on.
      if (asked.length > 500) await new Promise(() => undefined);
      return { ...kind, plural: 'scaledobjects', namespaced: true };
    },
    invalidateDiscovery: () => undefined,
    get: () => Promise.reject(lost),
    list: () => Promise.reject(lost),
    watch: async (
      _resource: Resource,
      { onOpen }: WatchOptions,
      onEvent: (event: object) => void,
      signal: AbortSignal,
    ) => {
      asked.push('watch');
      if (!areListed) throw lost;
      onOpen?.();
      for (const object of children) onEvent({ type: 'ADDED', object });
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      onEvent({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '1', annotations } } });
      const ended = Promise.withResolvers<never>();
      endWatch = ended.reject;
      signal.addEventListener('abort', () => ended.reject(signal.reason as Error), { once: true });
      await ended.promise;
    },
    apply: async (_resource: Resource, object: KubeObject) => stored(object),
    patch: async (_resource: Resource, { name }: { name: string }, _type: string, body: object) => {
      asked.push(`patch ${name} ${JSON.stringify(body)}`);
      return {};
    },
  } as unknown as KubeClient;
  engine = new KedaEngine({
    client,
    fieldManager: 'wheelwright',
    clock,
    onChange: () => changes++,
  });
});

afterEach(() => life.abort());

function ensure(object = distributed()): Promise<EngineReport> {
  return engine.ensure(object, { readyReplicas: 0 }, life.signal);
}

async function begin(): Promise<void> {
  engine.follow('default/nginx');
  engine.start(life.signal);
  await clock.advance(0);
}

describe('definitions on their way out', () => {
  it('are asked for at intervals, and are nobody who scales', async () => {
    areListed = false;
    await begin();
    for (let passed = 0; passed < 60; passed++) await clock.advance(1_000);
    expect(asked.length).toBeLessThan(40);
    expect(engine.presence).toBe('unknown');
    expect(changes).toBe(0);
    areListed = true;
    for (let passed = 0; passed < 30; passed++) await clock.advance(1_000);
    expect(engine.presence).toBe('served');
    expect(changes).toBe(1);
  });

  it('are noticed while they are watched', async () => {
    await begin();
    expect(engine.presence).toBe('served');
    areListed = false;
    endWatch(lost);
    await clock.advance(0);
    expect(engine.presence).toBe('unknown');
    expect((await ensure()).ready.reason).toBe('KEDAUnavailable');
  });
});

describe('an object that KEDA takes over', () => {
  it('is told of the ScaledObject that was made for it, and of one that was there is not', async () => {
    await begin();
    expect((await ensure()).created).toMatchObject({
      reason: 'ScaledObjectCreated',
      note: expect.stringContaining('default/nginx'),
    });
    children = [stored()];
    endWatch(lost);
    for (let passed = 0; passed < 10; passed++) await clock.advance(1_000);
    expect((await ensure()).created).toBeUndefined();
  });

  it('loses what the builtin engine remembers of it', async () => {
    await begin();
    const annotations = { 'wheelwright.dev/engine-state': '{"active":false}' };
    await ensure(distributed({ metadata: { annotations } }));
    const patches = asked.filter((one) => one.startsWith('patch'));
    expect(patches).toEqual([
      'patch nginx {"metadata":{"uid":"uid-1","annotations":{"wheelwright.dev/engine-state":null}}}',
    ]);
  });

  it('and of which KEDA says nothing is told after two minutes', async () => {
    const creationTimestamp = new Date(clock.now()).toISOString();
    const child = stored();
    children = [{ ...child, metadata: { ...child.metadata, creationTimestamp } }];
    await begin();
    expect((await ensure()).ready).toMatchObject({ status: 'Unknown', reason: 'ScaledObjectPending' });
    await clock.advance(120_000);
    expect(changes).toBeGreaterThan(1);
    expect((await ensure()).ready).toMatchObject({ status: 'False', reason: 'KEDASilent' });
  });
});

describe('a name', () => {
  it.each([
    ['a'.repeat(54), undefined, 0],
    ['a'.repeat(55), undefined, 1],
    ['a'.repeat(55), { horizontalPodAutoscalerConfig: { name: 'short' } }, 0],
  ])('%s with %o has %d warnings', async (name, advanced, count) => {
    await begin();
    const spec = advanced === undefined ? {} : { advanced };
    const { warnings = [] } = await ensure(distributed({ metadata: { name }, spec }));
    expect(warnings.filter(({ field }) => field === 'metadata.name')).toHaveLength(count);
  });
});
