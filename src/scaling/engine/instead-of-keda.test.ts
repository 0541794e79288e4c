import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/memory-hub.ts';
import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError, type KubeClient, NoMatchError, NotFoundError } from '../../kube/index.ts';
import { InsteadOfKeda } from './instead-of-keda.ts';
import { childScaledObject } from './keda/child-scaled-object.ts';
import { distributed, stored } from './keda/testing/objects.ts';
import type { EngineReport } from './scaling-engine.ts';

const context = { cluster: 'hub', verb: 'get', resource: 'scaledobjects' } as const;
const notFound = new NotFoundError(context, { message: 'no' });

let log: string[];
/** What the hub has under the name of the object, or why it does not say. */
let found: KubeObject | Error;
let isServed: boolean;
let changes: string[];
let clock: FakeClock;
let engine: InsteadOfKeda;
const life = new AbortController();

beforeEach(() => {
  [log, changes, found, isServed, clock] = [[], [], notFound, true, new FakeClock()];
  const client = {
    resourceFor: async (kind: object) => {
      if (!isServed) throw new NoMatchError(context, { message: 'no such kind' });
      return { ...kind, plural: 'scaledobjects', namespaced: true };
    },
    get: async () => {
      log.push('get');
      if (found instanceof Error) throw found;
      return found;
    },
    delete: async (_resource: object, { name }: { name: string }, options: object) => {
      const { uid, propagation } = options as { readonly uid: string; readonly propagation: string };
      log.push(`delete ${name} ${uid} ${propagation}`);
    },
  } as unknown as KubeClient;
  const verdict = { status: 'True', reason: 'builtin', message: '' } as const;
  const builtin: EngineReport = { ready: verdict, active: verdict, paused: verdict };
  engine = new InsteadOfKeda({
    client,
    fieldManager: 'wheelwright',
    clock,
    onChange: (key) => changes.push(key),
    engine: {
      name: 'builtin',
      start: () => undefined,
      ensure: async () => builtin,
      forget: (key) => void log.push(`forget ${key}`),
    },
  });
});

async function report(object = distributed()): Promise<EngineReport> {
  return engine.ensure(object, { readyReplicas: 0 }, life.signal);
}

async function atWork(object = distributed()): Promise<string> {
  return (await report(object)).ready.reason;
}

function leftBy(object = distributed()): KubeObject {
  return stored(childScaledObject(object));
}

function leaving(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
}

test('what was made for KEDA goes with its autoscaler before the builtin engine begins, and is looked for once', async () => {
  engine.start(life.signal);
  found = leftBy();
  expect(await atWork()).toBe('ScaledObjectPending');
  expect(log.splice(0)).toEqual(['get', 'delete nginx child-1 Foreground']);
  found = leaving(leftBy());
  expect(await atWork()).toBe('ScaledObjectPending');
  expect(log.splice(0)).toEqual(['get']);
  await clock.advance(1_000);
  expect(changes.splice(0)).toEqual(['default/nginx']);

  found = notFound;
  expect([await atWork(), await atWork(), log.splice(0)]).toEqual(['builtin', 'builtin', ['get']]);
  await clock.advance(1_000);
  expect(changes).toEqual([]);

  const another = distributed({ metadata: { uid: 'uid-2' } });
  expect([await atWork(another), log.splice(0)]).toEqual(['builtin', ['get']]);
  engine.forget('default/nginx');
  expect([await atWork(another), log]).toEqual(['builtin', ['forget default/nginx', 'get']]);
});

test('what does not go is looked at less and less often', async () => {
  engine.start(life.signal);
  found = leaving(leftBy());
  await atWork();
  const looks: number[] = [];
  for (let second = 1; second <= 60; second++) {
    await clock.advance(1_000);
    if (changes.length === 0) continue;
    looks.push(second);
    expect(changes.splice(0)).toEqual(['default/nginx']);
    await atWork();
  }
  expect(looks).toEqual([1, 3, 7, 15, 30, 45, 60]);
});

test('what was made for an object before of the same name is waited for', async () => {
  found = leftBy(distributed({ metadata: { uid: 'uid-0' } }));
  expect([await atWork(), log]).toEqual(['ScaledObjectPending', ['get']]);
});

test.each<[string, () => void]>([
  ['somebody else made a ScaledObject of that name', () => void (found = theirs())],
  ['the hub does not have KEDA', () => void (isServed = false)],
])('the builtin engine begins at once where %s', async (_case, arrange) => {
  arrange();
  expect(await atWork()).toBe('builtin');
  expect(log.join()).not.toContain('delete');
});

test('what somebody else made stays also where the user would let KEDA have it', async () => {
  found = theirs();
  const adopting = distributed({ metadata: { annotations: { 'keda.kedify.io/adopt': 'true' } } });
  expect([await atWork(adopting), log]).toEqual(['builtin', ['get']]);
});

test('that ScaledObjects may not be read hinders nobody, and is told of once', async () => {
  found = new ForbiddenError(context, { message: 'no' });
  const [first, second] = [await report(), await report()];
  expect([first.ready.reason, first.unread?.reason]).toEqual(['builtin', 'KEDAUnavailable']);
  expect(first.unread?.note).toContain('no ScaledObject default/nginx');
  expect([second.ready.reason, second.unread, log]).toEqual(['builtin', undefined, ['get']]);
});

test('nobody begins while the hub does not say', async () => {
  found = new Error('the hub is away');
  await expect(atWork()).rejects.toThrow('the hub is away');
});

function theirs(): KubeObject {
  const { ownerReferences: _ours, managedFields: _applied, labels: _labels, ...metadata } = leftBy().metadata;
  return { ...leftBy(), metadata };
}
