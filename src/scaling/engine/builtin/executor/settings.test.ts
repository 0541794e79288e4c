import { describe, expect, it } from 'vitest';
import { readSettings, type ScaledObjectSpec, SettingsError } from './settings.ts';

const triggers = [{ type: 'cron', name: 'a', metadata: {} }];

function spec(changes: Partial<ScaledObjectSpec>): ScaledObjectSpec {
  return { scaleTargetRef: { name: 'web' }, triggers, ...changes };
}

const modifiers = (changes: object): Partial<ScaledObjectSpec> => ({
  advanced: { scalingModifiers: { formula: 'a', target: '5', ...changes } },
});

describe('settings', () => {
  it("are KEDA's where nothing is given", () => {
    expect(readSettings(spec({}))).toEqual({
      pollingMs: 30_000,
      cooldownMs: 300_000,
      initialCooldownMs: 0,
      idle: undefined,
      min: 0,
      max: 100,
      fallback: undefined,
      modifiers: undefined,
      behavior: undefined,
      tolerance: { up: 0.1, down: 0.1 },
    });
  });

  it.each<[string, Partial<ScaledObjectSpec>, string]>([
    ['a least number above the most', { minReplicaCount: 101 }, "minReplicaCount is '101'"],
    [
      'idle not below the least number',
      { minReplicaCount: 2, idleReplicaCount: 2 },
      "idleReplicaCount is '2'",
    ],
    ['idle without a least number', { idleReplicaCount: 0 }, 'which is not set'],
    ['two triggers of one name', { triggers: [...triggers, ...triggers] }, "triggers[1].name is 'a'"],
    ['a formula without a target', modifiers({ target: '' }), 'advanced.scalingModifiers.target'],
    ['a target without a formula', modifiers({ formula: '' }), 'advanced.scalingModifiers.formula'],
    ['a target of zero', modifiers({ target: '0' }), 'must be 0.001 or more'],
    ['a target that an autoscaler has as zero', modifiers({ target: '0.0005' }), 'must be 0.001 or more'],
    ['an unknown name in the formula', modifiers({ formula: 'a + b' }), "'b' is the name of no trigger"],
    [
      'a fraction as target beside a fallback',
      { ...modifiers({ target: '0.5' }), fallback: { failureThreshold: 1, replicas: 1 } },
      'must be a whole number',
    ],
    [
      'a fallback by a formula that is not there',
      { fallback: { failureThreshold: 1, replicas: 1, behavior: 'scalingModifiers' } },
      "fallback.behavior is 'scalingModifiers'",
    ],
    [
      'a behavior that no API server takes',
      { advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: { selectPolicy: 'Best' } } } } },
      'spec.scaledObjectSpec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.selectPolicy',
    ],
  ])('refuse %s', (_what, changes, message) => {
    expect(() => readSettings(spec(changes))).toThrow(SettingsError);
    expect(() => readSettings(spec(changes))).toThrow(message);
  });

  it('take idle 0 with a least number of 0, as KEDA does', () => {
    expect(readSettings(spec({ minReplicaCount: 0, idleReplicaCount: 0 })).idle).toBe(0);
  });
});
