import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Decision, type DecisionInput, decide } from './decide.ts';
import { readDirectives } from './directives.ts';
import { readSettings, type ScaledObjectSpec } from './settings.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const second = 1_000;

interface Case extends Partial<Omit<DecisionInput, 'settings' | 'directives'>> {
  readonly spec?: Partial<ScaledObjectSpec>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function decided({ spec = {}, annotations = {}, ...input }: Case): Decision {
  const triggers = [{ type: 'cron', metadata: {} }];
  return decide({
    current: 1,
    isActive: false,
    isError: false,
    problem: undefined,
    lastActiveAt: now - 3_600 * second,
    createdAt: now - 7_200 * second,
    now,
    ...input,
    settings: readSettings({ scaleTargetRef: { name: 'web' }, triggers, ...spec }),
    directives: readDirectives(
      Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`autoscaling.keda.sh/${name}`, value]),
      ),
    ),
  });
}

const fallback = { failureThreshold: 1, replicas: 3 };

describe('a decision', () => {
  it.each<[string, Case, number | undefined]>([
    ['wakes what is active from zero', { current: 0, isActive: true }, 1],
    ['wakes it with the least number', { current: 0, isActive: true, spec: { minReplicaCount: 3 } }, 3],
    [
      'lifts from idle to the least number',
      { current: 1, isActive: true, spec: { minReplicaCount: 3, idleReplicaCount: 0 } },
      3,
    ],
    [
      'leaves what is active and awake to the autoscaler',
      { current: 1, isActive: true, spec: { minReplicaCount: 3 } },
      undefined,
    ],
    ['wakes what is forced', { current: 0, annotations: { 'force-activation': 'true' } }, 1],
    [
      'wakes nothing where scaling out is paused',
      { current: 0, isActive: true, annotations: { 'paused-scale-out': 'true' } },
      undefined,
    ],
    ['goes to zero after the cooldown', { current: 4 }, 0],
    ['waits exactly as long as the cooldown', { current: 4, lastActiveAt: now - 300 * second }, undefined],
    ['goes a moment later', { current: 4, lastActiveAt: now - 300 * second - 1 }, 0],
    [
      'counts from creation where it was never active',
      { current: 4, lastActiveAt: undefined, spec: { initialCooldownPeriod: 7_200 } },
      undefined,
    ],
    ['goes to zero at once where it was never active', { current: 4, lastActiveAt: undefined }, 0],
    ['goes to idle', { current: 4, spec: { minReplicaCount: 3, idleReplicaCount: 2 } }, 2],
    [
      'does not go in where that is paused',
      { current: 4, annotations: { 'paused-scale-in': 'true' } },
      undefined,
    ],
    ['keeps the least number', { current: 4, spec: { minReplicaCount: 2 } }, undefined],
    ['mends what is below the least number', { current: 1, spec: { minReplicaCount: 2 } }, 2],
    [
      'leaves idle what is idle',
      { current: 0, spec: { minReplicaCount: 2, idleReplicaCount: 0 } },
      undefined,
    ],
    ['freezes on a failure', { current: 4, isError: true }, undefined],
    ['freezes on a failure with a fallback', { current: 4, isError: true, spec: { fallback } }, undefined],
    [
      'freezes on a failure with a fallback of zero',
      { current: 4, isError: true, spec: { fallback: { ...fallback, replicas: 0 } } },
      undefined,
    ],
    ['wakes by one trigger while another fails', { current: 0, isActive: true, isError: true }, 1],
    ['does nothing while paused', { current: 0, isActive: true, annotations: { paused: 'true' } }, undefined],
    [
      'goes to the number it is paused at',
      { current: 4, isActive: true, annotations: { 'paused-replicas': '9', paused: 'false' } },
      9,
    ],
  ])('%s', (_what, given, write) => {
    expect(decided(given).write).toBe(write);
  });

  it.each<[string, Case, Partial<Record<'ready' | 'active', string>>]>([
    ['of activity', { isActive: true }, { ready: 'ScaledObjectReady', active: 'ScalerActive' }],
    ['of rest', { current: 0 }, { ready: 'ScaledObjectReady', active: 'ScalerNotActive' }],
    ['of the cooldown', { current: 4, lastActiveAt: now }, { active: 'ScalerCooldown' }],
    ['of a failure', { isError: true }, { ready: 'TriggerError', active: 'ScalerNotActive' }],
    [
      'of some failures',
      { isActive: true, isError: true },
      { ready: 'PartialTriggerError', active: 'ScalerActive' },
    ],
    [
      'of failures before the fallback',
      { isError: true, spec: { fallback } },
      { ready: 'PartialTriggerError' },
    ],
    [
      'of a pause',
      { annotations: { paused: 'true' } },
      { ready: 'ScaledObjectReady', active: 'UnknownState' },
    ],
  ])('tells %s', (_what, given, reasons) => {
    const { ready, active } = decided(given);
    expect({ ready: ready.reason, active: active.reason }).toMatchObject(reasons);
  });

  it('does not take a failure for activity', () => {
    expect(decided({ current: 2, isActive: true, isError: true, lastActiveAt: 7 }).lastActiveAt).toBe(7);
    expect(decided({ current: 2, isActive: true }).lastActiveAt).toBe(now);
  });
});

test('whatever is given, a failure makes nothing smaller', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.option(fc.nat(10), { nil: undefined }),
      fc.option(fc.record({ failureThreshold: fc.nat(5), replicas: fc.nat(9) }), { nil: undefined }),
      fc.boolean(),
      fc.option(fc.nat(10_000_000), { nil: undefined }),
      (current, min, fallback, isActive, ago) => {
        const spec = {
          ...(min !== undefined && { minReplicaCount: min }),
          ...(fallback && { fallback }),
          cooldownPeriod: 0,
        };
        const lastActiveAt = ago === undefined ? undefined : now - ago;
        const { write } = decided({ current, spec, isActive, isError: true, lastActiveAt });
        expect(write ?? current).toBeGreaterThanOrEqual(current);
      },
    ),
  );
});
