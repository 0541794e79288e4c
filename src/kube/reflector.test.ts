import { getEventListeners } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { KubeObject } from '../api/index.ts';
import type { KubeClient, ObjectList, WatchEvent, WatchOptions } from './client.ts';
import {
  ForbiddenError,
  GoneError,
  InvalidError,
  ServerError,
  ThrottledError,
  UnreachableError,
} from './errors.ts';
import { Reflector, type ReflectorOptions } from './reflector.ts';
import { resources } from './resource.ts';

const context = { cluster: 'east', verb: 'watch', resource: 'configmaps' };
const broken = (): UnreachableError => new UnreachableError(context, 'Reset', 'broke');

function configMap(name: string, resourceVersion: string): KubeObject {
  const metadata = { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}

function added(name: string, resourceVersion: string): WatchEvent {
  return { type: 'ADDED', object: configMap(name, resourceVersion) };
}

function bookmark(resourceVersion: string, isEnd = false): WatchEvent {
  const annotations = isEnd ? { 'k8s.io/initial-events-end': 'true' } : {};
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion, annotations } } };
}

/** What a watch does after it opened: events, then an error, an end, or nothing until it is aborted. */
interface Script {
  /** The server never opens it. */
  readonly refused?: boolean;
  readonly events?: readonly WatchEvent[];
  readonly outcome: 'stay' | 'end' | Error;
}

/** A client that answers from scripts, one after another; the last one repeats. */
class ScriptedClient {
  readonly watched: WatchOptions[] = [];
  listed = 0;
  watches: Script[] = [];
  lists: (ObjectList | Error)[] = [];
  readonly client = {
    cluster: 'east',
    watch: async (
      _resource: unknown,
      options: WatchOptions,
      onEvent: (event: WatchEvent) => void,
      signal: AbortSignal,
    ) => {
      for await (const event of this.#watch(options, signal)) onEvent(event);
    },
    list: () => this.#list(),
  } as unknown as KubeClient;

  async *#watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    signal.throwIfAborted();
    this.watched.push(options);
    const script = (this.watches.length > 1 ? this.watches.shift() : this.watches[0]) ?? { outcome: 'stay' };
    if (script.refused !== true) options.onOpen?.();
    yield* script.events ?? [];
    if (script.outcome === 'end') return;
    if (script.outcome !== 'stay') throw script.outcome;
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }

  async #list(): Promise<ObjectList> {
    this.listed++;
    const list = (this.lists.length > 1 ? this.lists.shift() : this.lists[0]) ?? {
      items: [],
      resourceVersion: '1',
    };
    if (list instanceof Error) throw list;
    return list;
  }
}

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  ends = [];
});

function start(script: ScriptedClient, options: Partial<ReflectorOptions<string>> = {}) {
  const clock = new ManualClock();
  const controller = new AbortController();
  const failures: { readonly error: unknown; readonly attempt: number; readonly at: number }[] = [];
  const reflector = new Reflector<string>({
    client: script.client,
    resource: resources.configMaps,
    project: ({ metadata }) => metadata.resourceVersion ?? '',
    onFailure: (error, attempt) => void failures.push({ error, attempt, at: clock.monotonic() }),
    random: () => 1,
    clock,
    ...options,
  });
  const running = reflector.run(controller.signal);
  const end = async (): Promise<void> => {
    controller.abort(new Error('the end'));
    await running;
    expect(clock.sleeping).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  };
  ends.push(end);
  return { clock, controller, failures, reflector, running };
}

const synced: Script = { events: [added('a', '5'), bookmark('7', true)], outcome: 'stay' };

test('whoever ends it while it takes a list ends it before the watch', async () => {
  const script = new ScriptedClient();
  script.lists = [{ items: [configMap('a', '5')], resourceVersion: '5' }];
  script.watches = [{ outcome: new InvalidError(context, { message: 'no' }) }, { outcome: 'stay' }];
  const { clock, controller, running } = start(script, { onChange: () => controller.abort() });
  await clock.advance(0);
  await clock.advance(0);
  expect(script.listed).toBe(1);
  expect(script.watched.map(({ sendInitialEvents }) => sendInitialEvents)).toEqual([true]);
  await running;
});

test('a streaming list is complete at its bookmark, not before, and the same watch goes on', async () => {
  const script = new ScriptedClient();
  script.watches = [{ events: [added('a', '5')], outcome: 'stay' }];
  const before = start(script);
  await before.clock.advance(0);
  expect([before.reflector.synced, before.reflector.store.size]).toEqual([false, 0]);

  const complete = new ScriptedClient();
  complete.watches = [{ events: [...(synced.events ?? []), added('b', '8')], outcome: 'stay' }];
  const after = start(complete);
  await after.clock.advance(0);
  expect([...after.reflector.store.entries()]).toEqual([
    ['ns/a', '5'],
    ['ns/b', '8'],
  ]);
  expect(after.reflector.resourceVersion).toBe('8');
  expect(after.reflector.counts).toEqual({ lists: 1, watches: 1 });
});

test('objects that change and vanish while the list streams are as they were at its end', async () => {
  const script = new ScriptedClient();
  const events: WatchEvent[] = [
    added('a', '5'),
    added('b', '6'),
    { type: 'MODIFIED', object: configMap('a', '7') },
    { type: 'DELETED', object: configMap('b', '8') },
    bookmark('9', true),
  ];
  script.watches = [{ events, outcome: 'stay' }];
  const { clock, reflector } = start(script);
  await clock.advance(0);
  expect([...reflector.store.entries()]).toEqual([['ns/a', '7']]);
});

test('a watch that ends in its time is resumed from the last version, without a pause and without a complaint', async () => {
  const script = new ScriptedClient();
  script.watches = [synced];
  const { clock, failures } = start(script, { watchSeconds: { least: 300, most: 300 } });
  await clock.advance(0);
  expect(script.watched).toMatchObject([{ sendInitialEvents: true, timeoutSeconds: 300 }]);
  script.watches = [{ outcome: 'stay' }];
  await clock.advance(331_000);
  expect(script.watched).toHaveLength(2);
  expect(script.watched[1]).toMatchObject({ resourceVersion: '7' });
  expect(failures).toMatchObject([{ error: { name: 'TimeoutError' } }]);
});

test('failures in a row are answered by longer and longer pauses, up to half a minute', async () => {
  const script = new ScriptedClient();
  script.watches = [{ outcome: broken() }];
  const { clock, controller, failures, reflector } = start(script);
  await clock.advance(120_000);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  const pauses = failures.slice(1).map(({ at }, i) => at - (failures[i]?.at ?? 0));
  expect(pauses.slice(0, 8)).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  expect(failures.map(({ attempt }) => attempt)).toEqual(failures.map((_, i) => i));
  expect(reflector.failures).toBe(failures.length);
});

test('events between failures do not make the pauses short again, time does', async () => {
  const script = new ScriptedClient();
  script.watches = [synced, { events: [added('b', '8')], outcome: broken() }];
  const { clock, failures } = start(script);
  await clock.advance(630_000);
  await clock.advance(20_000);
  expect(failures.map(({ attempt }) => attempt).slice(0, 4)).toEqual([0, 1, 2, 3]);
  script.watches = [{ outcome: 'stay' }];
  await clock.advance(30_000);
  script.watches = [{ outcome: broken() }];
  await clock.advance(630_000);
  expect(failures.filter(({ attempt }) => attempt === 0)).toHaveLength(2);
});

test('a pause that the server asked for is kept, up to half a minute', async () => {
  const script = new ScriptedClient();
  script.watches = [
    { outcome: new ThrottledError(context, { message: 'busy', retryAfterMs: 20_000 }) },
    { outcome: new ThrottledError(context, { message: 'busy', retryAfterMs: 9_000_000 }) },
    { outcome: broken() },
  ];
  const { clock, failures } = start(script);
  await clock.advance(50_000);
  expect(failures.slice(0, 3).map(({ at }) => at)).toEqual([0, 20_000, 50_000]);
});

test('a watch that ends at once is a failure, also when it told something', async () => {
  const script = new ScriptedClient();
  script.watches = [synced, { events: [bookmark('8')], outcome: 'end' }];
  const { clock, failures } = start(script);
  await clock.advance(640_000);
  expect(failures[1]).toMatchObject({
    error: { name: 'ServerError', message: expect.stringContaining('ended at once') },
  });
  expect(script.watched.length).toBeLessThan(8);
});

test('expired history leads to a list at once; a list that is expired as well, to a pause', async () => {
  const gone = new GoneError(context, { message: 'too old' });
  const script = new ScriptedClient();
  script.watches = [synced];
  const { clock, failures, reflector } = start(script);
  await clock.advance(0);
  script.watches = [{ outcome: gone }, synced];
  await clock.advance(640_000);
  expect(reflector.counts.lists).toBe(2);
  expect(failures).toHaveLength(1);
  script.watches = [{ outcome: gone }];
  const before = script.watched.length;
  await clock.advance(640_000);
  expect(script.watched.length - before).toBeLessThan(30);
});

test.each([
  { type: 'ERROR', object: { code: 410, reason: 'Expired' } },
  { type: 'ERROR', object: { reason: 'Expired' } },
  { type: 'ERROR', object: { reason: 'Gone' } },
] as const)('the event %j means that history is gone', async (event) => {
  const script = new ScriptedClient();
  script.watches = [synced, { events: [event], outcome: 'stay' }, synced];
  const { clock, reflector } = start(script);
  await clock.advance(640_000);
  expect(reflector.counts.lists).toBe(2);
  expect(script.watched[2]).toMatchObject({ sendInitialEvents: true });
});

test('a refused streaming list is replaced by pages, and the client is not asked again', async () => {
  const script = new ScriptedClient();
  script.watches = [{ outcome: new InvalidError(context, { message: 'forbidden' }) }, { outcome: 'stay' }];
  script.lists = [{ items: [configMap('a', '5')], resourceVersion: '7' }];
  const first = start(script);
  await first.clock.advance(0);
  expect([...first.reflector.store.entries()]).toEqual([['ns/a', '5']]);
  expect(script.watched).toMatchObject([{ sendInitialEvents: true }, { resourceVersion: '7' }]);
  const second = start(script);
  await second.clock.advance(0);
  expect(script.watched).toHaveLength(3);
  expect(script.listed).toBe(2);
});

test('a request that is refused for another reason does not cost the client its streaming lists', async () => {
  const script = new ScriptedClient();
  script.watches = [{ outcome: new InvalidError(context, { message: 'bad selector' }) }];
  script.lists = [new InvalidError(context, { message: 'bad selector' })];
  const first = start(script);
  await first.clock.advance(0);
  script.watches = [synced];
  const second = start(script);
  await second.clock.advance(0);
  expect(second.reflector.synced).toBe(true);
  expect(script.listed).toBe(1);
});

test.each([
  ['does not come to its end in a minute', { events: [added('a', '5')], outcome: 'stay' }, 60_000],
  ['ends before it is complete', { events: [added('a', '5')], outcome: 'end' }, 0],
] as const)(
  'a streaming list that %s is replaced by pages, once and for all',
  async (_name, watch, waitMs) => {
    const script = new ScriptedClient();
    script.watches = [watch, { outcome: 'stay' }];
    const { clock, reflector } = start(script);
    await clock.advance(waitMs);
    expect(reflector.synced).toBe(true);
    expect(script.listed).toBe(1);
    expect(script.watched[1]).toMatchObject({ resourceVersion: '1' });
  },
);

test('a list without a version is refused, and the copy stays', async () => {
  const script = new ScriptedClient();
  script.watches = [{ events: [bookmark('', true)], outcome: 'stay' }];
  const { clock, failures, reflector } = start(script);
  await clock.advance(0);
  expect(reflector.synced).toBe(false);
  expect(failures).toMatchObject([{ error: { name: 'ProtocolError' } }]);
});

test('no failure empties the copy', async () => {
  const script = new ScriptedClient();
  script.watches = [synced];
  const { clock, reflector } = start(script);
  await clock.advance(0);
  const { signal: _signal } = new AbortController();
  const failures = [
    broken(),
    new GoneError(context, { message: 'gone' }),
    new ForbiddenError(context, { message: 'no' }),
    new ServerError(context, { message: 'down' }),
  ];
  script.watches = failures.map((outcome) => ({ outcome }));
  script.lists = failures;
  await clock.advance(3_000_000);
  expect([...reflector.store.entries()]).toEqual([['ns/a', '5']]);
  expect(reflector.failures).toBeGreaterThan(4);
});

test('a nudge ends the pause, and one without a pause is forgotten', async () => {
  const script = new ScriptedClient();
  script.watches = [{ outcome: broken() }];
  const { clock, failures, reflector } = start(script);
  reflector.nudge();
  await clock.advance(0);
  expect(failures).toHaveLength(1);
  reflector.nudge();
  await clock.advance(0);
  expect(failures).toHaveLength(2);
});

test('a signal that aborts while a failure is told ends the run without a pause', async () => {
  const script = new ScriptedClient();
  script.watches = [{ outcome: broken() }];
  const { controller, clock, running } = start(script, {
    onFailure: () => controller.abort(new Error('the end')),
  });
  await running;
  expect(clock.sleeping).toBe(0);
});

test('waiting for the first list ends with the signal, and at once where there was one', async () => {
  const script = new ScriptedClient();
  const { clock, reflector } = start(script);
  const controller = new AbortController();
  const waiting = reflector.whenSynced(controller.signal);
  controller.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);

  const other = new ScriptedClient();
  other.watches = [synced];
  const done = start(other);
  await done.clock.advance(0);
  await expect(done.reflector.whenSynced(controller.signal)).resolves.toBeUndefined();
  expect(clock.sleeping).toBeGreaterThan(0);
});

test('the last sign of life is the last event, bookmark or list', async () => {
  const script = new ScriptedClient();
  script.watches = [synced];
  const { clock, reflector } = start(script, { watchSeconds: { least: 60, most: 60 } });
  await clock.advance(0);
  expect(reflector.lastActivityAt).toBe(0);
  script.watches = [{ events: [bookmark('8')], outcome: 'stay' }];
  await clock.advance(95_000);
  expect(reflector.lastActivityAt).toBeGreaterThan(90_000);
});

test('a watch that opened and tells nothing yet is a sign of life, and no end of the failures', async () => {
  const script = new ScriptedClient();
  script.watches = [
    { ...synced, outcome: broken() },
    { refused: true, outcome: broken() },
  ];
  const { clock, reflector } = start(script);
  await clock.advance(0);
  expect(reflector.open).toBe(false);
  await clock.advance(60_000);
  expect(reflector).toMatchObject({ open: false, lastActivityAt: 0 });
  script.watches = [{ outcome: 'stay' }];
  await clock.advance(30_000);
  expect(reflector.open).toBe(true);
  expect(reflector.lastActivityAt).toBeGreaterThan(60_000);
  expect(reflector.failures).toBeGreaterThan(0);
});
