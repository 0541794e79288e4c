import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineReport } from '../engine/scaling-engine.ts';
import type { MemberRow } from '../plan/member-row.ts';
import { scalingConditions, type ScalingView } from './scaling-conditions.ts';

const yes = { status: 'True', reason: 'Fine', message: 'Fine.' } as const;
const no = { status: 'False', reason: 'Broken', message: '' } as const;
const engine: EngineReport = { ready: yes, active: yes, paused: no };
const row = (phase: MemberRow['phase']): MemberRow => ({
  name: 'a',
  namespace: 'team',
  id: 'a',
  phase,
  desired: 0,
  pending: 0,
  kept: 0,
  relapses: 0,
});
const view: ScalingView = {
  isInitializing: false,
  ambiguous: [],
  findings: [],
  healthy: 2,
  all: 2,
  engine,
  rows: [row({ name: 'serving' })],
  members: [],
};

function told(changes: Partial<ScalingView>): Readonly<Record<string, string>> {
  const conditions = scalingConditions([], { ...view, ...changes }, 0);
  return Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

test.each<[string, Partial<ScalingView>, string]>([
  ['all members are ready', {}, 'True AllMembersReady'],
  ['some are', { healthy: 1 }, 'True MembersDegraded'],
  ['the first answers are waited for', { isInitializing: true, engine: undefined }, 'Unknown Initializing'],
  ['nobody answers', { findings: [{ reason: 'NoHealthyMembers', message: 'x' }] }, 'False NoHealthyMembers'],
  ['nobody has a weight', { findings: [{ reason: 'AllWeightsZero', message: 'x' }] }, 'False AllWeightsZero'],
  ['the engine does not work', { engine: { ...engine, ready: no } }, 'False Broken'],
  [
    'a reference is ambiguous',
    { ambiguous: [{ reference: 'a', ids: ['x#a', 'y#a'] }] },
    'False MemberReferenceAmbiguous',
  ],
  [
    'the spec is wrong, whatever else',
    { invalid: 'x', healthy: 0, isInitializing: true },
    'False InvalidSpec',
  ],
])('Ready where %s', (_name, changes, expected) => {
  expect(told(changes)['Ready']).toBe(expected);
});

test.each<[MemberRow['phase'], string]>([
  [{ name: 'serving' }, 'False Balanced'],
  [{ name: 'lost', since: 0, held: 1, wasReturning: false }, 'False Balanced'],
  [{ name: 'excluded', since: 0, retained: 2 }, 'True Outage'],
  [{ name: 'excluded', since: 0, retained: 0 }, 'False Balanced'],
  [{ name: 'returning', since: 0, hold: 0, counted: 0, isMoving: true }, 'True Recovery'],
])('Rebalancing of a member that is %j', (phase, expected) => {
  expect(told({ rows: [row(phase)] })['Rebalancing']).toBe(expected);
});

test.each(['CapacityLimited', 'MinReplicasUnsatisfied'] as const)(
  '%s is a condition for as long as it is found, with the numbers, and takes nothing from Ready (C14, C15)',
  (reason) => {
    const finding = { reason, message: '3 of 10 replicas' };
    const conditions = scalingConditions([], { ...view, findings: [finding] }, 0);
    expect(conditions.find(({ type }) => type === reason)).toMatchObject({ status: 'True', ...finding });
    expect(told({ findings: [finding] })['Ready']).toBe('True AllMembersReady');
    expect(scalingConditions(conditions, view, 1).map(({ type }) => type)).not.toContain(reason);
  },
);

test('every condition has a reason and a message, and they are sorted', () => {
  const conditions = scalingConditions([], { ...view, engine: { ...engine, fallback: no } }, 0);
  const types = conditions.map(({ type }) => type);
  expect(types).toEqual(['Paused', 'Ready', 'Rebalancing', 'ScaledObjectActive', 'ScaledObjectFallback']);
  for (const { reason, message } of conditions) expect([reason, message]).not.toContain(undefined);
});

test('times stay where the status does, and nothing is new where nothing changed', () => {
  const before = scalingConditions([], view, 0);
  expect(scalingConditions(before, view, 60_000)).toBe(before);
  const after = scalingConditions(before, { ...view, healthy: 1 }, 60_000);
  expect(after.find(({ type }) => type === 'Ready')).toMatchObject({
    reason: 'MembersDegraded',
    lastTransitionTime: '1970-01-01T00:00:00Z',
  });
});

test('a spec that is wrong leaves what the engine said of the last one', () => {
  const before = scalingConditions([], view, 0);
  const after = scalingConditions(before, { ...view, engine: undefined, invalid: 'x' }, 0);
  expect(after.find(({ type }) => type === 'ScaledObjectActive')).toMatchObject({
    status: 'True',
    reason: 'Fine',
  });
});

test('whatever an autoscaler gives for a reason, the definition takes it', () => {
  const reasonOf = (reason: string): string | undefined =>
    scalingConditions([], { ...view, engine: { ...engine, active: { ...yes, reason } } }, 0).find(
      ({ type }) => type === 'ScaledObjectActive',
    )?.reason;
  expect(reasonOf('Scaler-not.Active')).toBe('Scaler_not_Active');
  expect(reasonOf('9:')).toBe('Unknown');
  const odd = fc.string({
    unit: fc.constantFrom('a', 'Z', '9', '_', ',', ':', '-', '.', ' ', 'é'),
    maxLength: 1_100,
  });
  fc.assert(
    fc.property(odd, (reason) => {
      // The pattern and the limit of metav1.Condition.
      expect(reasonOf(reason)).toMatch(/^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
      expect(reasonOf(reason)?.length).toBeLessThanOrEqual(1_024);
    }),
  );
});
