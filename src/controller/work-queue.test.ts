import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { priorities, WorkQueue, type WorkQueueOptions } from './work-queue.ts';

function queueWith(options: Partial<WorkQueueOptions> = {}) {
  const clock = new FakeClock();
  const metrics = new Metrics();
  const queue = new WorkQueue({ name: 'test', clock, metrics, random: () => 1, ...options });
  return { clock, metrics, queue };
}

async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.stats.ready > 0) {
    const item = await queue.get();
    if (item === undefined) break;
    keys.push(item.key);
    queue.done(item.key);
  }
  return keys;
}

test('a key that is added twice runs once', async () => {
  const { queue } = queueWith();
  queue.add('a');
  queue.add('a');
  expect(await takeAll(queue)).toEqual(['a']);
});

test('keys of one priority run in the order they were added', async () => {
  const { queue } = queueWith();
  for (const key of ['c', 'a', 'b', 'a']) queue.add(key);
  expect(await takeAll(queue)).toEqual(['c', 'a', 'b']);
});

test('events overtake resyncs, and an event lifts the resync of its own key', async () => {
  const { queue } = queueWith();
  for (const key of ['r1', 'r2', 'r3']) queue.add(key, { priority: priorities.resync });
  queue.add('e1');
  queue.add('r3');
  expect(await takeAll(queue)).toEqual(['r3', 'e1', 'r1', 'r2']);
});

test('of several delays the shortest wins', async () => {
  const { queue, clock } = queueWith();
  queue.add('a', { afterMs: 100 });
  queue.add('a', { afterMs: 50 });
  queue.add('a', { afterMs: 200 });
  await clock.advance(49);
  expect(queue.stats.ready).toBe(0);
  await clock.advance(1);
  expect(await takeAll(queue)).toEqual(['a']);
  await clock.advance(1_000);
  expect(queue.stats).toEqual({ ready: 0, keys: 0, running: [] });
});

test('a key that is added while it runs runs once more, afterwards', async () => {
  const { queue } = queueWith();
  queue.add('a');
  await queue.get();
  queue.add('a');
  queue.add('a');
  const second = queue.get();
  await settle();
  expect(queue.stats.running).toHaveLength(1);
  queue.done('a');
  expect(await second).toMatchObject({ key: 'a' });
  queue.done('a');
  expect(queue.stats.keys).toBe(0);
});

test('waiting workers are served in turn', async () => {
  const { queue } = queueWith();
  const [first, second] = [queue.get(), queue.get()];
  queue.add('a');
  queue.add('b');
  expect([(await first)?.key, (await second)?.key]).toEqual(['a', 'b']);
});

test('the wait doubles with every failure up to the cap, and forget starts it over', async () => {
  const { queue, clock } = queueWith({ backoff: { baseMs: 100, capMs: 400 } });
  const failure = async (): Promise<{ waitedMs: number; failures: number | undefined }> => {
    const startedAt = clock.monotonic();
    const item = queue.get();
    while (queue.stats.running.length === 0) await clock.advance(10);
    queue.retry('a');
    queue.done('a');
    return { waitedMs: clock.monotonic() - startedAt, failures: (await item)?.failures };
  };
  queue.add('a');
  const runs = [await failure(), await failure(), await failure(), await failure(), await failure()];
  expect(runs.map((run) => run.waitedMs)).toEqual([0, 100, 200, 400, 400]);
  expect(runs.map((run) => run.failures)).toEqual([0, 1, 2, 3, 4]);
  queue.forget('a');
  await failure();
  expect((await failure()).failures).toBe(1);
});

test('jitter spreads a wait over the upper half of its range', async () => {
  const { queue, clock } = queueWith({ backoff: { baseMs: 100, capMs: 400 }, random: () => 0 });
  queue.retry('a');
  await clock.advance(49);
  expect(queue.stats.ready).toBe(0);
  await clock.advance(1);
  expect(queue.stats.ready).toBe(1);
});

test('all retries together stay within their bound', async () => {
  const { queue, clock } = queueWith({
    backoff: { baseMs: 1, capMs: 1 },
    retries: { perSecond: 10, burst: 5 },
  });
  for (let index = 0; index < 25; index++) queue.retry(`key-${index}`);
  await clock.advance(1);
  expect(queue.stats.ready).toBe(5);
  await clock.advance(1_000);
  expect(queue.stats.ready).toBe(15);
});

test('a retry keeps its priority', async () => {
  const { queue, clock } = queueWith({ backoff: { baseMs: 1, capMs: 1 } });
  queue.retry('resync', { priority: priorities.resync });
  await clock.advance(1);
  queue.add('event');
  expect(await takeAll(queue)).toEqual(['event', 'resync']);
});

test('a delay that is not a number is refused and changes nothing', () => {
  const { queue } = queueWith();
  expect(() => queue.add('a', { afterMs: Number.NaN })).toThrow(
    "cannot add 'a' to queue test after 'NaN' ms",
  );
  expect(queue.stats.keys).toBe(0);
});

test('close drops what waits, lets what runs end, and ends every wait', async () => {
  const { queue, clock } = queueWith();
  queue.add('running');
  await queue.get();
  queue.add('running');
  queue.add('ready');
  queue.add('waiting', { afterMs: 1_000 });
  const closed = queue.close(10_000);
  const { queue: other } = queueWith();
  const taker = other.get();
  await other.close(0);
  expect(await taker).toBeUndefined();
  expect(queue.stats).toMatchObject({ ready: 0, keys: 1 });
  queue.add('late');
  queue.retry('late');
  queue.done('running');
  expect(await closed).toBe(true);
  expect(await queue.get()).toBeUndefined();
  expect(queue.stats.keys).toBe(0);
  expect(clock.sleeping).toBe(0);
});

test('close tells when something still runs at its deadline', async () => {
  const { queue, clock } = queueWith();
  queue.add('a');
  await queue.get();
  const closed = queue.close(500);
  await clock.advance(500);
  expect(await closed).toBe(false);
  queue.done('a');
  expect(await queue.close(500)).toBe(true);
  expect(clock.sleeping).toBe(0);
});

test('its metrics carry client-go’s names', async () => {
  const { queue, clock, metrics } = queueWith({ backoff: { baseMs: 1_000, capMs: 1_000 } });
  queue.add('a');
  queue.add('b');
  await clock.advance(2_000);
  await queue.get();
  queue.retry('a');
  await clock.advance(3_000);
  const text = await metrics.text();
  for (const line of [
    'workqueue_depth{name="test"} 1',
    'workqueue_adds_total{name="test"} 3',
    'workqueue_retries_total{name="test"} 1',
    'workqueue_queue_duration_seconds_sum{name="test"} 2',
    'workqueue_unfinished_work_seconds{name="test"} 3',
    'workqueue_longest_running_processor_seconds{name="test"} 3',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  queue.done('a');
  expect(await metrics.text()).toContain('workqueue_work_duration_seconds_sum{name="test"} 3\n');
});

/** The same queue, written to be obvious: lists that are searched from end to end. */
class Model {
  now = 0;
  takers = 0;
  readonly delivered: string[] = [];
  readonly running = new Map<string, { readyAt: number; priority: number } | undefined>();
  readonly failures = new Map<string, number>();
  pending: { key: string; readyAt: number; priority: number; order: number; due?: number }[] = [];
  #order = 0;

  add(key: string, afterMs: number, priority: number): void {
    const readyAt = this.now + afterMs;
    const running = this.running.get(key);
    const merged = (old: { readyAt: number; priority: number }) => ({
      readyAt: Math.min(old.readyAt, readyAt),
      priority: Math.max(old.priority, priority),
    });
    if (this.running.has(key)) {
      this.running.set(key, running === undefined ? { readyAt, priority } : merged(running));
    } else {
      const old = this.pending.find((entry) => entry.key === key);
      if (old === undefined) this.pending.push({ key, readyAt, priority, order: this.#order++ });
      else Object.assign(old, merged(old));
    }
    this.deliver();
  }

  fail(key: string, priority: number): void {
    const failures = this.failures.get(key) ?? 0;
    this.add(key, Math.min(800, 100 * 2 ** failures), priority);
    this.failures.set(key, failures + 1);
    this.done(key);
  }

  done(key: string): void {
    const next = this.running.get(key);
    this.running.delete(key);
    if (next === undefined) this.failures.delete(key);
    else this.pending.push({ key, ...next, order: this.#order++ });
    this.deliver();
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const times = this.pending.map((entry) => entry.readyAt).filter((at) => at > this.now && at <= end);
      if (times.length === 0) break;
      this.now = Math.min(...times);
      this.deliver();
    }
    this.now = end;
  }

  deliver(): void {
    const due = this.pending.filter((entry) => entry.due === undefined && entry.readyAt <= this.now);
    for (const entry of due.sort((a, b) => a.readyAt - b.readyAt || a.order - b.order)) {
      entry.due = this.#order++;
    }
    while (this.takers > 0) {
      const ready = this.pending.filter((entry) => entry.due !== undefined);
      const first = ready.sort((a, b) => b.priority - a.priority || (a.due ?? 0) - (b.due ?? 0))[0];
      if (first === undefined) return;
      this.takers--;
      this.pending = this.pending.filter((entry) => entry !== first);
      this.running.set(first.key, undefined);
      this.delivered.push(`${first.key} ${first.priority} ${this.failures.get(first.key) ?? 0}`);
    }
  }
}

const keys = fc.constantFrom('a', 'b', 'c', 'd');
const priority = fc.constantFrom(priorities.event, priorities.resync, 10);
const command = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    key: keys,
    priority,
    afterMs: fc.constantFrom(0, 0, 30, 100, 500),
  }),
  fc.record({ kind: fc.constant('get' as const) }),
  fc.record({ kind: fc.constant('done' as const), nth: fc.nat(3) }),
  fc.record({ kind: fc.constant('fail' as const), nth: fc.nat(3), priority }),
  fc.record({ kind: fc.constant('forget' as const), key: keys }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(10, 100, 1_000) }),
);

test('it does what the obvious queue does, never runs a key twice at a time, loses no add and forgets every key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
      const { queue, clock } = queueWith({
        backoff: { baseMs: 100, capMs: 800 },
        retries: { perSecond: 1, burst: 1_000 },
      });
      const model = new Model();
      const delivered: string[] = [];
      const running = new Set<string>();
      const unseenAdds = new Set<string>();
      const runTwiceAtATime: string[] = [];
      const take = (): void => {
        model.takers++;
        model.deliver();
        void queue.get().then((item) => {
          if (item === undefined) return;
          if (running.has(item.key)) runTwiceAtATime.push(item.key);
          running.add(item.key);
          unseenAdds.delete(item.key);
          delivered.push(`${item.key} ${item.priority} ${item.failures}`);
        });
      };
      const add = (key: string, afterMs: number, addPriority: number): void => {
        unseenAdds.add(key);
        queue.add(key, { afterMs, priority: addPriority });
        model.add(key, afterMs, addPriority);
      };
      const finish = (key: string): void => {
        running.delete(key);
        queue.done(key);
        model.done(key);
      };
      for (const step of commands) {
        const nth = 'nth' in step ? [...running][step.nth] : undefined;
        if (step.kind === 'add') add(step.key, step.afterMs, step.priority);
        if (step.kind === 'get') take();
        if (step.kind === 'done' && nth !== undefined) finish(nth);
        if (step.kind === 'fail' && nth !== undefined) {
          running.delete(nth);
          queue.retry(nth, { priority: step.priority });
          queue.done(nth);
          model.fail(nth, step.priority);
        }
        if (step.kind === 'forget') {
          queue.forget(step.key);
          model.failures.delete(step.key);
        }
        if (step.kind === 'advance') {
          await clock.advance(step.ms);
          model.advance(step.ms);
        }
        await settle();
        expect(delivered).toEqual(model.delivered);
      }
      for (let rounds = 0; queue.stats.keys > 0 && rounds < 50; rounds++) {
        take();
        await clock.advance(1_000);
        model.advance(1_000);
        for (const key of running) finish(key);
        await settle();
      }
      expect(delivered).toEqual(model.delivered);
      expect([...unseenAdds]).toEqual([]);
      expect(runTwiceAtATime).toEqual([]);
      expect(queue.stats).toEqual({ ready: 0, keys: 0, running: [] });
      await queue.close(0);
      expect(clock.sleeping).toBe(0);
    }),
    { numRuns: 500 },
  );
});
