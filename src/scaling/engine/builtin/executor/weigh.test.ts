import { describe, expect, it } from 'vitest';
import { milliOf } from '../hpa/milli.ts';
import { type Health, noHealth } from './fallback.ts';
import type { Measurement, Outcome } from './measurement.ts';
import { readSettings, type ScaledObjectSpec } from './settings.ts';
import { type Weighed, weigh } from './weigh.ts';

const failed: Outcome = { kind: 'error', message: 'no answer' };
const value = (number: number, isActive = number > 0): Outcome => ({
  kind: 'value',
  value: number,
  isActive,
});

function measured(triggerName: string, outcome: Outcome, changes: Partial<Measurement> = {}): Measurement {
  return {
    metricName: `s-${triggerName}`,
    triggerName,
    metricType: 'AverageValue',
    target: 5,
    outcome,
    ...changes,
  };
}

interface Case {
  readonly spec?: Partial<ScaledObjectSpec>;
  readonly health?: Health;
  readonly current?: number;
  readonly ready?: number;
}

function weighed(
  measurements: readonly Measurement[],
  { spec = {}, health = noHealth, current = 4, ready = current }: Case = {},
): Weighed {
  const triggers = [
    { type: 'cron', name: 'a', metadata: {} },
    { type: 'cron', name: 'b', metadata: {} },
  ];
  const settings = readSettings({ scaleTargetRef: { name: 'web' }, triggers, ...spec });
  return weigh(measurements, settings, { current, observed: current, ready }, health);
}

function usage(
  name: string,
  number: number,
  target = 5,
  type: 'AverageValue' | 'Value' = 'AverageValue',
): object {
  return { name, type, usage: milliOf(number), target: milliOf(target) };
}

const past = new Map([['s-a', 9]]);
type Behavior = NonNullable<NonNullable<ScaledObjectSpec['fallback']>['behavior']>;
const fallback = (behavior: Behavior) => ({ fallback: { failureThreshold: 3, replicas: 6, behavior } });

describe('what is measured', () => {
  it('is active where one trigger is, and an error where one fails', () => {
    const result = weighed([measured('a', value(20)), measured('b', failed)]);
    expect(result).toMatchObject({ isActive: true, isError: true, problem: 'no answer' });
    expect(result.metrics).toEqual([usage('s-a', 20), { name: 's-b', error: 'no answer' }]);
  });

  it('counts failures where there is a fallback, and forgets them with the first value', () => {
    const first = weighed([measured('a', failed)], { spec: fallback('static') });
    expect(first).toMatchObject({ isError: true, isActive: false, fallenBack: [] });
    expect(first.health.get('s-a')).toBe(1);
    const later = weighed([measured('a', value(1))], { spec: fallback('static'), health: past });
    expect(later.health.get('s-a')).toBe(0);
    expect(weighed([measured('a', failed)]).health.size).toBe(0);
  });

  it('falls back after more failures than the threshold, not at it', () => {
    const at = weighed([measured('a', failed)], { spec: fallback('static'), health: new Map([['s-a', 2]]) });
    expect(at.isError).toBe(true);
    const after = weighed([measured('a', failed)], {
      spec: fallback('static'),
      health: new Map([['s-a', 3]]),
    });
    expect(after).toMatchObject({ isError: false, isActive: true, fallenBack: ['s-a'] });
  });

  it.each<[Behavior, number, number]>([
    ['static', 4, 30],
    ['currentReplicas', 4, 20],
    ['currentReplicasIfHigher', 4, 30],
    ['currentReplicasIfHigher', 8, 40],
    ['currentReplicasIfLower', 4, 20],
    ['currentReplicasIfLower', 8, 30],
  ])('with the fallback %s at %d replicas is worth %d', (behavior, current, number) => {
    const result = weighed([measured('a', failed)], { spec: fallback(behavior), health: past, current });
    expect(result.metrics).toEqual([usage('s-a', number)]);
  });

  it('falls back to a Value target by what is ready, and fails where nothing is', () => {
    const one = [measured('a', failed, { metricType: 'Value' })];
    const some = weighed(one, { spec: fallback('static'), health: past, ready: 3 });
    expect(some.metrics).toEqual([usage('s-a', 10, 5, 'Value')]);
    const none = weighed(one, { spec: fallback('static'), health: past, ready: 0 });
    expect(none).toMatchObject({ isError: true });
  });

  it('cannot fall back to a target that was never told', () => {
    const result = weighed([measured('a', failed, { target: undefined })], {
      spec: fallback('static'),
      health: past,
    });
    expect(result).toMatchObject({ isError: true });
  });
});

describe('a formula', () => {
  const modified = (changes: object = {}): Partial<ScaledObjectSpec> => ({
    advanced: { scalingModifiers: { formula: 'a + b', target: '2', activationTarget: '7', ...changes } },
  });

  it('takes the place of all metrics, with its own activation', () => {
    const quiet = weighed([measured('a', value(3)), measured('b', value(4))], { spec: modified() });
    expect(quiet).toMatchObject({ isActive: false, isError: false });
    expect(quiet.metrics).toEqual([usage('composite-metric', 7, 2)]);
    expect(weighed([measured('a', value(3)), measured('b', value(4.1))], { spec: modified() }).isActive).toBe(
      true,
    );
  });

  it('fails with any of its triggers', () => {
    const result = weighed([measured('a', value(9)), measured('b', failed)], { spec: modified() });
    expect(result).toMatchObject({ isActive: false, isError: true });
    expect(result.metrics).toEqual([{ name: 'composite-metric', error: 'no answer' }]);
  });

  it('is left out while a trigger falls back', () => {
    const spec = { ...modified(), ...fallback('static') };
    const result = weighed([measured('a', failed), measured('b', value(9))], { spec, health: past });
    expect(result).toMatchObject({ isActive: true, isError: false, fallenBack: ['s-a'] });
    expect(result.metrics).toEqual([usage('composite-metric', 12, 2)]);
  });

  it.each([{ target: undefined }, { metricType: 'Value' }] as const)(
    'needs nothing of a trigger that falls back, not %o',
    (changes) => {
      const spec = { ...modified(), ...fallback('static') };
      const measurements = [measured('a', failed, changes), measured('b', value(9))];
      const result = weighed(measurements, { spec, health: past, ready: 0 });
      expect(result).toMatchObject({ isActive: true, isError: false, fallenBack: ['s-a'] });
      expect(result.metrics).toEqual([usage('composite-metric', 12, 2)]);
    },
  );

  it('gets nil for a trigger that fails, where the fallback leaves it that', () => {
    const spec = { ...modified({ formula: 'a ?? b' }), ...fallback('scalingModifiers') };
    const result = weighed([measured('a', failed), measured('b', value(9))], { spec, health: past });
    expect(result.metrics).toEqual([usage('composite-metric', 9, 2)]);
  });

  it('that comes to nil then means the replicas of the fallback', () => {
    const spec = { ...modified({ formula: 'a' }), ...fallback('scalingModifiers') };
    const result = weighed([measured('a', failed), measured('b', value(9))], { spec, health: past });
    expect(result.metrics).toEqual([usage('composite-metric', 12, 2)]);
  });

  it('that cannot be worked out is an error', () => {
    const result = weighed([measured('a', value(1)), measured('b', value(0))], {
      spec: modified({ formula: 'a / b' }),
    });
    expect(result).toMatchObject({ isError: true });
    expect(result.problem).toContain('no finite number');
  });
});
