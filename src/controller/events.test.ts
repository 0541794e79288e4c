import { expect, test } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ForbiddenError, InvalidError, ServerError } from '../kube/index.ts';
import type { EventDetails } from './event-object.ts';
import { EventRecorder, type EventRecorderOptions } from './events.ts';
import { createLogger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { MemoryApi } from './testing/memory-api.ts';

const context = { cluster: 'hub', verb: 'create', resource: 'events.events.k8s.io' };
const regarding = {
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  namespace: 'a',
  name: 'knative',
  uid: 'u1',
};
const mended: EventDetails = {
  regarding,
  reason: 'DriftMended',
  action: 'Mend',
  note: 'Deployment activator restored',
};

function recorderWith(options: Partial<EventRecorderOptions> = {}) {
  const api = new MemoryApi();
  const clock = new FakeClock();
  const lines: string[] = [];
  const recorder = new EventRecorder({
    client: api.client,
    clock,
    log: createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } }),
    metrics: new Metrics(),
    reportingController: 'wheelwright.dev/knative',
    reportingInstance: 'operator-0',
    ...options,
  });
  const counts = (): unknown[] =>
    api.all().map((event) => (event['series'] as { count?: number } | undefined)?.count ?? 1);
  return { api, clock, lines, recorder, counts };
}

test('an event is written at once, as an Event of its object', async () => {
  const { api, recorder } = recorderWith();
  recorder.record(mended);
  await settle();
  expect(api.all()).toMatchObject([
    {
      metadata: { namespace: 'a' },
      reason: 'DriftMended',
      type: 'Warning',
      regarding,
      note: mended.note,
      reportingInstance: 'operator-0',
    },
  ]);
});

test('repetitions are one series, which is written now and then with the count of all', async () => {
  const { api, clock, recorder, counts } = recorderWith();
  for (let second = 0; second < 25; second++) {
    recorder.record(mended);
    await clock.advance(1_000);
  }
  expect(counts()).toEqual([21]);
  await clock.advance(60_000);
  expect(counts()).toEqual([25]);
  expect(api.calls.map(({ verb }) => verb)).toEqual(['create', 'patch', 'patch', 'patch']);
  expect(api.all()[0]?.['series']).toEqual({ count: 25, lastObservedTime: '2026-01-01T00:00:24.000000Z' });
});

test('what happens again after five minutes is a new Event', async () => {
  const { clock, recorder, counts } = recorderWith();
  recorder.record(mended);
  await clock.advance(299_999);
  recorder.record(mended);
  await clock.advance(300_000);
  recorder.record(mended);
  await clock.advance(20_000);
  expect(counts()).toEqual([2, 1]);
});

test('another note is another Event', async () => {
  const { recorder, counts } = recorderWith();
  recorder.record(mended);
  recorder.record({ ...mended, note: 'Deployment webhook restored' });
  await settle();
  expect(counts()).toEqual([1, 1]);
});

test('writes are paced, and what waits is still counted', async () => {
  const { clock, recorder, counts } = recorderWith({ writes: { perSecond: 1, burst: 2 } });
  for (let index = 0; index < 4; index++) recorder.record({ ...mended, note: `object ${index}` });
  recorder.record({ ...mended, note: 'object 3' });
  await settle();
  expect(counts()).toEqual([1, 1]);
  await clock.advance(1_000);
  expect(counts()).toEqual([1, 1, 1]);
  await clock.advance(1_000);
  expect(counts()).toEqual([1, 1, 1, 2]);
});

test('a failure that may pass is tried again, three times in all', async () => {
  const { api, clock, lines, recorder, counts } = recorderWith();
  let failures = 2;
  api.before = () => {
    if (failures-- > 0) throw new ServerError(context, { message: 'etcd leader changed' });
  };
  recorder.record(mended);
  await clock.advance(10_000);
  expect(counts()).toEqual([1]);

  failures = 3;
  recorder.record({ ...mended, note: 'Deployment webhook restored' });
  await clock.advance(600_000);
  expect(counts()).toEqual([1]);
  expect(api.calls).toHaveLength(6);
  expect(lines).toHaveLength(1);
});

test.each([
  ['refused', new InvalidError(context, { message: 'note: Too long' })],
  ['no API error', new TypeError('x is not a function')],
])('an event that is %s is dropped with a log line, and the next one is written', async (_what, error) => {
  const { api, clock, lines, recorder, counts } = recorderWith();
  api.before = () => {
    throw error;
  };
  recorder.record(mended);
  await clock.advance(60_000);
  expect(api.calls).toHaveLength(1);
  expect(lines).toHaveLength(1);
  api.before = () => undefined;
  recorder.record(mended);
  await settle();
  expect(counts()).toEqual([1]);
});

test('an attempt whose answer was lost is not repeated as a second Event', async () => {
  const { api, clock, recorder, counts } = recorderWith();
  let lost = 0;
  api.before = ({ verb, body }) => {
    if (verb !== 'create' || lost++ > 0) return;
    api.seed(body as KubeObject);
    throw new ServerError(context, { message: 'connection reset' });
  };
  recorder.record(mended);
  await clock.advance(10_000);
  recorder.record(mended);
  await clock.advance(20_000);
  expect(counts()).toEqual([2]);
});

test('a series whose Event the server has dropped begins anew', async () => {
  const { api, clock, recorder, counts } = recorderWith();
  recorder.record(mended);
  await settle();
  api.remove(api.all()[0]?.metadata ?? { name: '' });
  recorder.record(mended);
  await clock.advance(30_000);
  expect(counts()).toEqual([2]);
});

test('memory is bounded: what was unheard of for longest is forgotten', async () => {
  const { api, clock, recorder, counts } = recorderWith({ writes: { perSecond: 10_000, burst: 10_000 } });
  for (let index = 0; index < 1_001; index++) recorder.record({ ...mended, note: `object ${index}` });
  await clock.advance(1_000);
  expect(api.calls).toHaveLength(1_000);
  recorder.record({ ...mended, note: 'object 1000' });
  recorder.record({ ...mended, note: 'object 0' });
  await clock.advance(20_000);
  expect(counts().filter((count) => count === 2)).toHaveLength(1);
});

test('flush writes what is left at once and ends every wait', async () => {
  const { api, clock, recorder, counts } = recorderWith({ writes: { perSecond: 1, burst: 1 } });
  recorder.record(mended);
  await settle();
  recorder.record(mended);
  recorder.record({ ...mended, note: 'Deployment webhook restored' });
  await settle();
  await recorder.flush(5_000);
  expect(counts()).toEqual([2, 1]);
  expect(clock.sleeping).toBe(0);
  const calls = api.calls.length;
  await recorder.flush(5_000);
  recorder.record(mended);
  expect(api.calls).toHaveLength(calls);
});

test('flush ends at its deadline', async () => {
  const { api, clock, recorder } = recorderWith();
  api.before = () => new Promise(() => undefined);
  recorder.record(mended);
  await settle();
  const flushed = recorder.flush(3_000);
  await clock.advance(3_000);
  await flushed;
  expect(clock.sleeping).toBe(0);
});

test('flush drops what cannot be written', async () => {
  const { api, lines, recorder } = recorderWith({ writes: { perSecond: 0.001, burst: 0 } });
  api.before = () => {
    throw new ForbiddenError(context, { message: 'no' });
  };
  recorder.record(mended);
  await recorder.flush(5_000);
  expect(lines).toHaveLength(1);
});

test('a nonsensical event harms nobody', () => {
  const { lines, recorder } = recorderWith();
  recorder.record({ ...mended, regarding: undefined as unknown as typeof regarding });
  expect(lines).toHaveLength(1);
});
