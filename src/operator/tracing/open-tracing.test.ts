import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../../test/bed/wait-for.ts';
import { TraceCollector } from '../../../test/support/trace-collector.ts';
import { systemClock } from '../../kube/index.ts';
import { type OpenTracing, openTracing } from './open-tracing.ts';
import { traceRequest } from './trace-request.ts';

let collector: TraceCollector;
let tracing: OpenTracing | undefined;
let logged: string[];

beforeEach(async () => {
  logged = [];
  collector = await TraceCollector.start();
});

afterEach(async () => {
  await tracing?.close(100);
  await collector.stop();
});

async function open(samplingRate = 1): Promise<OpenTracing> {
  tracing = await openTracing({
    endpoint: collector.url,
    samplingRate,
    version: '1.2.3',
    identity: 'pod-0',
    clock: systemClock,
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    exportEveryMs: 20,
  });
  return tracing;
}

const well = (): { readonly attributes: Record<string, string>; readonly failed: boolean } => ({
  attributes: { result: 'done' },
  failed: false,
});
const request = { cluster: 'fleet/eu-1', verb: 'get', method: 'GET', code: '200', durationMs: 5 };
const reconcile = { controller: 'c', kind: 'K', namespace: 'n', name: 'o' };

test('work, and what it is made of, arrives as one trace with names and outcomes', async () => {
  const { span, part, close } = await open();
  await span(
    'reconcile',
    reconcile,
    async () => {
      await Promise.resolve();
      traceRequest({ part, span, alone: () => undefined }, request);
      traceRequest({ part, span, alone: () => undefined }, { ...request, code: '503' });
    },
    well,
  );
  await close(5_000);
  const told = collector.spans;
  const root = told.find(({ name }) => name === 'reconcile');
  expect(root?.attributes).toEqual({ ...reconcile, result: 'done' });
  const parts = told.filter(({ name }) => name === 'request');
  expect(parts.map(({ parentSpanId, traceId }) => [parentSpanId, traceId])).toEqual([
    [root?.spanId, root?.traceId],
    [root?.spanId, root?.traceId],
  ]);
  expect(
    parts.map(({ attributes, status }) => [attributes['http.response.status_code'], status.code]),
  ).toEqual([
    ['200', 0],
    ['503', 2],
  ]);
  expect(collector.processes[0]).toMatchObject({
    'service.name': 'wheelwright',
    'service.version': '1.2.3',
    'service.instance.id': 'pod-0',
  });
});

test('what goes on beside all work, or after it, is shown only where it stands alone', async () => {
  const { span, part, alone, close } = await open();
  const lease = { name: 'lease', durationMs: 1, attributes: {}, failed: false };
  part(lease);
  const later = Promise.withResolvers<void>();
  let left: Promise<void> | undefined;
  await span(
    'reconcile',
    reconcile,
    async () => {
      left = later.promise.then(() => part({ ...lease, name: 'watch' }));
    },
    well,
  );
  later.resolve();
  await left;
  alone({ ...lease, name: 'trigger' });
  await close(5_000);
  expect(collector.spans.map(({ name }) => name).toSorted()).toEqual(['reconcile', 'trigger']);
});

test('work that throws is told as failed, and throws on', async () => {
  const { span, close } = await open();
  const failing = span('reconcile', reconcile, () => Promise.reject(new Error('token wxyz')), well);
  await expect(failing).rejects.toThrow('token wxyz');
  await close(5_000);
  expect(collector.spans.map(({ status }) => status.code)).toEqual([2]);
  // No part of a random identifier, which is hexadecimal.
  expect(collector.bodies.join()).not.toContain('wxyz');
});

test('nothing is kept of traces that are not sampled', async () => {
  const { span, close } = await open(0);
  await span('reconcile', reconcile, () => Promise.resolve(), well);
  await close(5_000);
  expect(collector.asked).toBe(0);
});

test('a collector that never answers delays neither work nor the end', async () => {
  collector.hangs = true;
  const { span, close } = await open();
  const work = (): Promise<number> => span('reconcile', reconcile, () => Promise.resolve(7), well);
  expect(await work()).toBe(7);
  await waitFor('the collector was asked', () => collector.asked > 0);
  // Far more than may wait: the rest is dropped.
  for (let turn = 0; turn < 5_000; turn++) expect(await work()).toBe(7);
  await close(50);
  expect(collector.asked).toBeGreaterThan(0);
});

test('a collector that is not there is told of once', async () => {
  const { span } = await open();
  await collector.stop();
  for (let turn = 0; turn < 3; turn++) await span('reconcile', reconcile, () => Promise.resolve(), well);
  await waitFor('a warning', () => logged.length > 0, { timeoutMs: 60_000 });
  expect(logged.filter((line) => line.includes('the collector takes no traces'))).toHaveLength(1);
});
