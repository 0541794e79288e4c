import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Behavior } from './behavior.ts';
import { defaultTolerance } from './behavior.ts';
import { type History, noHistory } from './history.ts';
import { milliOf } from './milli.ts';
import { readBehavior } from './read-behavior.ts';
import { type MetricReading, rescaled, sync, type SyncResult } from './sync.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const second = 1_000;

function average(usage: number, target = 5): MetricReading {
  return { name: 'm', type: 'AverageValue', usage: milliOf(usage), target: milliOf(target) };
}

const failing: MetricReading = { name: 'b', error: 'no answer' };

interface Case {
  readonly current: number;
  readonly metrics: readonly MetricReading[];
  readonly min?: number;
  readonly max?: number;
  readonly observed?: number;
  readonly behavior?: Behavior;
  readonly history?: History;
  readonly at?: number;
}

function pass({
  current,
  metrics,
  min = 1,
  max = 100,
  observed = current,
  behavior,
  history,
  at = now,
}: Case): SyncResult {
  const replicas = { current, observed, ready: observed };
  const input = { metrics, replicas, bounds: { min, max }, behavior, tolerance: defaultTolerance };
  // A history without anything to hold on to, unless the case is about that.
  const before = history ?? { recommendations: [{ at: now - 3_600 * second, replicas: 0 }], events: [] };
  return sync(input, before, at);
}

describe('one pass', () => {
  it.each<[string, Case, Partial<SyncResult>]>([
    ['leaves zero alone', { current: 0, metrics: [average(500)] }, { kind: 'disabled' }],
    [
      'goes to the maximum from above it at once',
      { current: 30, max: 10, metrics: [failing] },
      { kind: 'replicas', replicas: 10 },
    ],
    [
      'goes to the minimum from below it',
      { current: 1, min: 3, metrics: [failing] },
      { kind: 'replicas', replicas: 3 },
    ],
    [
      'does nothing where every metric fails',
      { current: 4, metrics: [failing] },
      { kind: 'error', message: 'b: no answer' },
    ],
    [
      'does not shrink where one metric fails',
      { current: 4, metrics: [failing, average(5)] },
      { kind: 'error' },
    ],
    [
      'grows where one metric fails and another asks for more',
      { current: 4, metrics: [failing, average(40)] },
      { kind: 'replicas', replicas: 8 },
    ],
    [
      'keeps what there is where one fails and another asks for as much',
      { current: 4, metrics: [failing, average(20)] },
      { kind: 'replicas', replicas: 4 },
    ],
    [
      'takes the largest proposal',
      { current: 4, metrics: [average(10), average(30), average(20)] },
      { kind: 'replicas', replicas: 6 },
    ],
    [
      'lifts nothing asked to the minimum',
      { current: 4, min: 2, metrics: [average(0)] },
      { kind: 'replicas', replicas: 2, reason: 'TooFewReplicas' },
    ],
    [
      'at most doubles',
      { current: 4, max: 10, metrics: [average(50)] },
      { kind: 'replicas', replicas: 8, reason: 'ScaleUpLimit' },
    ],
    [
      'ends at the maximum',
      { current: 8, max: 10, metrics: [average(500)] },
      { kind: 'replicas', replicas: 10, reason: 'TooManyReplicas' },
    ],
  ])('%s', (_what, given, expected) => {
    expect(pass(given)).toMatchObject(expected);
  });

  it('takes the first number it sees for a wish of its own, and so shrinks nothing for five minutes', () => {
    let result = pass({ current: 10, metrics: [average(5)], history: noHistory });
    expect(result).toMatchObject({ kind: 'replicas', replicas: 10 });
    result = pass({ current: 10, metrics: [average(5)], history: result.history, at: now + 300 * second });
    expect(result).toMatchObject({ kind: 'replicas', replicas: 10 });
    result = pass({
      current: 10,
      metrics: [average(5)],
      history: result.history,
      at: now + 300 * second + 1,
    });
    expect(result).toMatchObject({ kind: 'replicas', replicas: 1 });
  });
});

describe('a behavior', () => {
  test('with a policy of its own grows by it, a period at a time', () => {
    const behavior = readBehavior({ scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] } });
    const totals: number[] = [];
    let current = 1;
    let history: History | undefined;
    for (let at = now; at <= now + 120 * second; at += 15 * second) {
      const result = pass({
        current,
        metrics: [average(500)],
        at,
        ...(behavior && { behavior }),
        ...(history && { history }),
      });
      if (result.kind !== 'replicas') throw new Error(result.kind);
      ({ history } = result);
      if (result.replicas !== current) history = rescaled(history, behavior, result.replicas - current, at);
      current = result.replicas;
      totals.push(current);
    }
    expect(totals).toEqual([3, 3, 3, 3, 5, 5, 5, 5, 7]);
  });
});

function totalAfter(result: SyncResult, current: number): number {
  return result.kind === 'replicas' ? result.replicas : current;
}

const anyMetric = fc
  .record({ usage: fc.double({ min: 0, max: 1e7, noNaN: true }), target: fc.integer({ min: 1, max: 1_000 }) })
  .map(({ usage, target }) => average(usage, target));

const anyRules = fc.option(
  fc.record(
    {
      stabilizationWindowSeconds: fc.integer({ min: 0, max: 3_600 }),
      selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
      policies: fc.array(
        fc.record({
          type: fc.constantFrom('Pods', 'Percent'),
          value: fc.integer({ min: 1, max: 200 }),
          periodSeconds: fc.integer({ min: 1, max: 1_800 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

const anyBehavior = fc
  .option(fc.record({ scaleUp: anyRules, scaleDown: anyRules }), { nil: undefined })
  .map((given) => readBehavior(given));

const anyBounds = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 100 }))
  .map(([min, more]) => ({ min, max: min + more }));

describe('whatever is given', () => {
  test('the result is within the bounds, and nothing is ever scaled to zero or from it', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.array(fc.oneof(anyMetric, fc.constant(failing)), { maxLength: 4 }),
        anyBounds,
        anyBehavior,
        (current, metrics, bounds, behavior) => {
          const replicas = { current, observed: current, ready: current };
          const input = { metrics, replicas, bounds, behavior, tolerance: defaultTolerance };
          const result = sync(input, noHistory, now);
          const after = totalAfter(result, current);
          expect(result.kind === 'disabled').toBe(current === 0);
          expect(after).toBeGreaterThanOrEqual(Math.min(bounds.min, current));
          expect(after).toBeLessThanOrEqual(Math.max(bounds.max, current));
          expect(Number.isInteger(after)).toBe(true);
        },
      ),
    );
  });

  test('a failing metric never makes anything smaller within the bounds', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.array(anyMetric, { maxLength: 3 }),
        anyBounds,
        anyBehavior,
        (current, metrics, bounds, behavior) => {
          fc.pre(current <= bounds.max);
          const replicas = { current, observed: current, ready: current };
          const input = {
            metrics: [...metrics, failing],
            replicas,
            bounds,
            behavior,
            tolerance: defaultTolerance,
          };
          const history = { recommendations: [{ at: now - 7_200 * second, replicas: 0 }], events: [] };
          const result = sync(input, history, now);
          expect(totalAfter(result, current)).toBeGreaterThanOrEqual(current);
        },
      ),
    );
  });

  test('the remembered recommendations are those of the longest window', () => {
    fc.assert(
      fc.property(anyBehavior, fc.array(fc.nat(600), { maxLength: 40 }), (behavior, pauses) => {
        let history = noHistory;
        let at = now;
        for (const pause of pauses) {
          at += pause * second;
          const input = {
            metrics: [average(20)],
            replicas: { current: 4, observed: 4, ready: 4 },
            bounds: { min: 1, max: 9 },
            behavior,
            tolerance: defaultTolerance,
          };
          ({ history } = sync(input, history, at));
        }
        const window = Math.max(
          300 * second,
          behavior?.scaleUp.stabilizationMs ?? 0,
          behavior?.scaleDown.stabilizationMs ?? 0,
        );
        expect(history.recommendations.every((one) => one.at >= at - window)).toBe(true);
      }),
    );
  });
});
