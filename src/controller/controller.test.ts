import { expect, test } from 'vitest';
import { Controller, type ControllerOptions, type ReconcileContext } from './controller.ts';
import { createLogger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { done, requeueAfter, TerminalError } from './outcome.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { noTracing, type Tracing } from './tracing.ts';

const ours = { signalFor: () => new AbortController().signal };

function controllerWith(options: Pick<ControllerOptions, 'reconcile'> & Partial<ControllerOptions>) {
  const clock = new FakeClock();
  const metrics = new Metrics();
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const controller = new Controller({
    name: 'serving',
    kind: 'KnativeServing',
    workers: 2,
    runDeadlineMs: 60_000,
    ownership: ours,
    clock,
    log,
    metrics,
    backoff: { baseMs: 1_000, capMs: 8_000 },
    random: () => 1,
    ...options,
  });
  controller.start();
  const total = async (name: string): Promise<string[]> =>
    (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith(`controller_runtime_${name}`) && !line.endsWith(' 0'));
  return { controller, clock, lines, total };
}

/** A reconcile that each key waits in until the test lets it go; it does not look at its signal. */
function gated() {
  const gates = new Map<string, { readonly context: ReconcileContext; readonly open: () => void }>();
  const started: string[] = [];
  const reconcile = async (key: string, context: ReconcileContext) => {
    started.push(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.set(key, { context, open: resolve });
    await promise;
    return done;
  };
  return { gates, started, reconcile };
}

test('a run that is done is counted and not repeated', async () => {
  const keys: string[] = [];
  const { controller, clock, total } = controllerWith({
    reconcile: async (key) => {
      keys.push(key);
      return done;
    },
  });
  controller.enqueue('a/b');
  await clock.advance(3_600_000);
  expect(keys).toEqual(['a/b']);
  expect(await total('reconcile_total')).toEqual([
    'controller_runtime_reconcile_total{controller="serving",result="success"} 1',
  ]);
});

test('a run that asks to be repeated is, after that time', async () => {
  const times: number[] = [];
  const { controller, clock, total } = controllerWith({
    reconcile: async (_key, { clock }) => {
      times.push(clock.monotonic());
      return times.length < 3 ? requeueAfter(10_000) : done;
    },
  });
  controller.enqueue('a/b');
  await clock.advance(3_600_000);
  expect(times).toEqual([0, 10_000, 20_000]);
  expect(await total('reconcile_total{controller="serving",result="requeue_after"')).toHaveLength(1);
});

test('a run that fails is repeated with growing waits, and success starts them over', async () => {
  const times: number[] = [];
  const failures: number[] = [];
  const { controller, clock, total } = controllerWith({
    reconcile: async (_key, context) => {
      times.push(context.clock.monotonic());
      failures.push(context.failures);
      if (times.length !== 4) throw new Error('no answer');
      return done;
    },
  });
  controller.enqueue('a/b');
  await clock.advance(10_000);
  expect(times).toEqual([0, 1_000, 3_000, 7_000]);
  controller.enqueue('a/b');
  await clock.advance(500);
  expect(failures).toEqual([0, 1, 2, 3, 0]);
  expect(await total('reconcile_errors_total')).toEqual([
    'controller_runtime_reconcile_errors_total{controller="serving"} 4',
  ]);
  expect(await total('reconcile_panics_total')).toEqual([]);
});

test('a terminal error is counted and not retried', async () => {
  let runs = 0;
  const { controller, clock, total } = controllerWith({
    reconcile: async () => {
      runs++;
      throw new TerminalError("spec.version must be a version, not 'new'");
    },
  });
  controller.enqueue('a/b');
  await clock.advance(3_600_000);
  expect(runs).toBe(1);
  expect(await total('terminal_reconcile_errors_total')).toHaveLength(1);
  expect(await total('reconcile_errors_total')).toHaveLength(1);
});

test.each([
  [
    'a defect',
    () => {
      throw new TypeError('x is not a function');
    },
  ],
  [
    'something that is no error',
    () => {
      throw undefined;
    },
  ],
  ['a repetition at no time', async () => requeueAfter(Number.NaN)],
])('%s ends one run, is logged as a defect and retried, and stops nobody else', async (_what, defect) => {
  const runs: string[] = [];
  const { controller, clock, lines, total } = controllerWith({
    workers: 1,
    reconcile: async (key) => {
      runs.push(key);
      return key === 'bad' && runs.length === 1 ? defect() : done;
    },
  });
  controller.enqueue('bad');
  controller.enqueue('good');
  await clock.advance(1_000);
  expect(runs).toEqual(['bad', 'good', 'bad']);
  expect(await total('reconcile_panics_total')).toHaveLength(1);
  expect(lines.some((line) => line.includes('by a defect of this program'))).toBe(true);
});

test('one key is in one run at a time, several keys in as many as there are workers', async () => {
  const { gates, started, reconcile } = gated();
  const { controller, total } = controllerWith({ reconcile });
  for (const key of ['a', 'b', 'c', 'a']) controller.enqueue(key);
  await settle();
  controller.enqueue('a');
  await settle();
  expect(started).toEqual(['a', 'b']);
  expect(await total('active_workers')).toEqual([
    'controller_runtime_active_workers{controller="serving"} 2',
  ]);
  gates.get('b')?.open();
  await settle();
  gates.get('a')?.open();
  await settle();
  expect(started).toEqual(['a', 'b', 'c', 'a']);
});

test('runs that take long leave their workers to others, up to a bound', async () => {
  const { gates, started, reconcile } = gated();
  const { controller, clock, total } = controllerWith({ reconcile, runDeadlineMs: 3_600_000 });
  for (let spoke = 0; spoke < 1_010; spoke++) controller.enqueue(`slow-${spoke}`);
  await settle();
  expect(started).toHaveLength(2);
  await clock.advance(3_000);
  expect(started).toHaveLength(4);
  expect(await total('active_workers')).toEqual([
    'controller_runtime_active_workers{controller="serving"} 2',
  ]);
  await clock.advance(3_600_000 / 2);
  expect(started).toHaveLength(1_000);
  gates.get('slow-0')?.open();
  await settle();
  // Each worker may find room at the same time.
  expect(started).toHaveLength(1_002);
});

test('stop waits for runs that take long as well', async () => {
  const { gates, reconcile } = gated();
  const { controller, clock } = controllerWith({ reconcile });
  controller.enqueue('slow');
  await clock.advance(10_000);
  const stopped = controller.stop(5_000);
  await clock.advance(6_000);
  expect(gates.get('slow')?.context.signal.aborted).toBe(true);
  gates.get('slow')?.open();
  expect(await stopped).toEqual([]);
});

test('a run learns of its deadline, fails by it and is retried', async () => {
  let runs = 0;
  const { controller, clock, total } = controllerWith({
    runDeadlineMs: 5_000,
    reconcile: async (_key, { signal }) => {
      runs++;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
  });
  controller.enqueue('a');
  await clock.advance(4_999);
  expect(controller.longestRunMs).toBe(4_999);
  await clock.advance(1_001);
  expect(runs).toBe(2);
  expect(await total('reconcile_timeouts_total')).toHaveLength(1);
  expect(await total('reconcile_errors_total')).toHaveLength(1);
});

test('a key of another replica is not touched', async () => {
  const { started, reconcile } = gated();
  const { controller, clock, lines, total } = controllerWith({
    reconcile,
    ownership: { signalFor: (key) => (key === 'theirs' ? undefined : ours.signalFor()) },
  });
  controller.enqueue('theirs');
  controller.enqueue('mine');
  await clock.advance(50_000);
  expect(started).toEqual(['mine']);
  expect(await total('reconcile_total')).toEqual([]);
  expect(lines).toEqual([]);
  expect(controller.longestRunMs).toBe(50_000);
});

test('losing a key aborts its run, which is neither counted nor retried', async () => {
  const owner = new AbortController();
  const lost = new Error('another replica took over');
  let seen: unknown;
  const { controller, clock, total } = controllerWith({
    ownership: { signalFor: () => owner.signal },
    reconcile: async (_key, { signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      seen = signal.reason;
      throw new Error('a call failed because it was aborted');
    },
  });
  controller.enqueue('a');
  await settle();
  owner.abort(lost);
  await clock.advance(3_600_000);
  expect(seen).toBe(lost);
  expect(await total('reconcile_total')).toEqual([]);
  expect(await total('reconcile_errors_total')).toEqual([]);
});

test('whenIdle waits for the runs of the keys it is asked about, and for no others', async () => {
  const { gates, reconcile } = gated();
  const { controller } = controllerWith({ reconcile });
  controller.enqueue('a');
  controller.enqueue('b');
  await settle();
  const idle: string[] = [];
  void controller.whenIdle((key) => key === 'a').then(() => idle.push('a'));
  void controller.whenIdle((key) => key === 'z').then(() => idle.push('z'));
  await settle();
  expect(idle).toEqual(['z']);
  gates.get('a')?.open();
  await settle();
  expect(idle).toEqual(['z', 'a']);
});

test('stop starts nothing new and lets runs end', async () => {
  const { gates, started, reconcile } = gated();
  const { controller, clock } = controllerWith({ reconcile, workers: 1 });
  controller.enqueue('a');
  controller.enqueue('b');
  await settle();
  const stopped = controller.stop(10_000);
  controller.enqueue('c');
  await clock.advance(9_000);
  expect(gates.get('a')?.context.signal.aborted).toBe(false);
  gates.get('a')?.open();
  expect(await stopped).toEqual([]);
  expect(started).toEqual(['a']);
  expect(clock.sleeping).toBe(0);
});

test('stop aborts runs at its deadline and names those that do not listen', async () => {
  const { gates, reconcile } = gated();
  const { controller, clock } = controllerWith({ reconcile });
  controller.enqueue('deaf');
  controller.enqueue('listening');
  await settle();
  gates.get('listening')?.context.signal.addEventListener('abort', () => gates.get('listening')?.open());
  const stopped = controller.stop(10_000);
  await clock.advance(12_000);
  expect(await stopped).toEqual(['deaf']);
  expect(gates.get('deaf')?.context.signal.aborted).toBe(true);
});

test('log lines of a run name controller, kind, key and run', async () => {
  const { controller, clock, lines } = controllerWith({
    reconcile: async (_key, { log }) => {
      log.info('at work');
      return done;
    },
  });
  controller.enqueue('a/b');
  await clock.advance(0);
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(line).toMatchObject({ controller: 'serving', kind: 'KnativeServing', key: 'a/b', msg: 'at work' });
  expect(line['reconcileId']).toMatch(/^[0-9a-f-]{36}$/);
});

test('each run is a span, with the object that it is about and what it ended in', async () => {
  const spans: unknown[] = [];
  const tracing: Tracing = {
    ...noTracing,
    async span(name, attributes, work, outcome) {
      const result = await work();
      spans.push([name, attributes, outcome(result)]);
      return result;
    },
  };
  const { controller, clock } = controllerWith({
    tracing,
    reconcile: (key) => (key === 'a/b' ? Promise.resolve(done) : Promise.reject(new TerminalError('no'))),
  });
  controller.enqueue('a/b');
  controller.enqueue('cluster-wide');
  await clock.advance(1_000);
  const common = { controller: 'serving', kind: 'KnativeServing' };
  expect(spans).toEqual([
    [
      'reconcile',
      { ...common, namespace: 'a', name: 'b' },
      { attributes: { result: 'done' }, failed: false },
    ],
    [
      'reconcile',
      { ...common, namespace: '', name: 'cluster-wide' },
      { attributes: { result: 'terminal' }, failed: true },
    ],
  ]);
});
