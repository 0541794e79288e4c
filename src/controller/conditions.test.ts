import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition } from '../api/index.ts';
import { argoCdHealth } from './argo-cd-health.ts';
import {
  type Conditions,
  findCondition,
  initializeConditions,
  keepTransitionTimes,
  markFalse,
  markTrue,
  markUnknown,
  removeCondition,
  setCondition,
  settleConditions,
} from './conditions.ts';

const knative = {
  dependents: [
    'DependenciesInstalled',
    'DeploymentsAvailable',
    'InstallSucceeded',
    'TargetClusterResolved',
    'VersionMigrationEligible',
  ],
} as const;
type Dependent = (typeof knative.dependents)[number];

const at = (second: number): number => Date.parse('2026-01-01T00:00:00Z') + second * 1000;
const time = (second: number): string => `${new Date(at(second)).toISOString().slice(0, 19)}Z`;
const finding = (reason: string) => ({ reason, message: `because of ${reason}` });
const statuses = (conditions: Conditions): string =>
  conditions.map(({ type, status }) => `${type}=${status}`).join(' ');
const ready = (conditions: Conditions): Condition | undefined => findCondition(conditions, 'Ready');
const fresh = initializeConditions([], knative, at(0));
const allTrue = knative.dependents.reduce<Conditions>(
  (conditions, type) => markTrue(conditions, knative, type, at(1)),
  fresh,
);

describe('initialize', () => {
  test('adds Ready and every dependent as Unknown, sorted by type', () => {
    expect(statuses(fresh)).toBe(
      'DependenciesInstalled=Unknown DeploymentsAvailable=Unknown InstallSucceeded=Unknown Ready=Unknown ' +
        'TargetClusterResolved=Unknown VersionMigrationEligible=Unknown',
    );
    expect(ready(fresh)).toEqual({ type: 'Ready', status: 'Unknown', lastTransitionTime: time(0) });
  });

  test('adds a dependent that a newer release brought as True where Ready is True', () => {
    const older = removeCondition(allTrue, 'TargetClusterResolved');
    expect(statuses(initializeConditions(older, knative, at(9)))).toBe(statuses(allTrue));
  });

  test('adds it as Unknown where Ready is not True', () => {
    const older = markFalse(
      removeCondition(allTrue, 'TargetClusterResolved'),
      knative,
      'InstallSucceeded',
      finding('Error'),
      at(2),
    );
    expect(statuses(initializeConditions(older, knative, at(9)))).toContain('TargetClusterResolved=Unknown');
  });

  test('returns the same array where nothing is missing', () => {
    expect(initializeConditions(allTrue, knative, at(9))).toBe(allTrue);
  });
});

describe('Ready', () => {
  test('becomes True with the last dependent', () => {
    expect(ready(allTrue)).toEqual({ type: 'Ready', status: 'True', lastTransitionTime: time(1) });
  });

  test('is not touched by what a dependent notes', () => {
    const conditions = markTrue(allTrue, knative, 'InstallSucceeded', at(5), finding('FieldNotImplemented'));
    expect(ready(conditions)).toEqual(ready(allTrue));
    expect(findCondition(conditions, 'InstallSucceeded')).toEqual({
      type: 'InstallSucceeded',
      status: 'True',
      ...finding('FieldNotImplemented'),
      lastTransitionTime: time(1),
    });
    expect(markTrue(conditions, knative, 'InstallSucceeded', at(6))).toEqual(allTrue);
  });

  test('copies a dependent that is marked as false', () => {
    const conditions = markFalse(allTrue, knative, 'DeploymentsAvailable', finding('NotReady'), at(5));
    expect(ready(conditions)).toEqual({
      type: 'Ready',
      status: 'False',
      reason: 'NotReady',
      message: 'because of NotReady',
      lastTransitionTime: time(5),
    });
  });

  test('falls back to the false dependent that changed last when another one is mended', () => {
    let conditions = markFalse(allTrue, knative, 'VersionMigrationEligible', finding('Oldest'), at(2));
    conditions = markFalse(conditions, knative, 'DependenciesInstalled', finding('Newer'), at(3));
    conditions = markFalse(conditions, knative, 'InstallSucceeded', finding('Newest'), at(4));
    conditions = markTrue(conditions, knative, 'InstallSucceeded', at(5));
    expect(ready(conditions)).toMatchObject({
      status: 'False',
      reason: 'Newer',
      lastTransitionTime: time(2),
    });
  });

  test('of dependents that became false in one second it copies the first by type', () => {
    let conditions = markFalse(allTrue, knative, 'InstallSucceeded', finding('I'), at(3));
    conditions = markFalse(conditions, knative, 'DependenciesInstalled', finding('D'), at(3));
    conditions = markTrue(conditions, knative, 'TargetClusterResolved', at(4));
    expect(ready(conditions)).toMatchObject({ reason: 'D' });
  });

  test('is Unknown while a dependent is unknown and none is false', () => {
    const conditions = markUnknown(allTrue, knative, 'DeploymentsAvailable', finding('Checking'), at(2));
    expect(ready(conditions)).toMatchObject({ status: 'Unknown', reason: 'Checking' });
  });

  test('stays False when a dependent becomes unknown beside a false one', () => {
    let conditions = markFalse(allTrue, knative, 'InstallSucceeded', finding('Error'), at(2));
    conditions = markUnknown(conditions, knative, 'DeploymentsAvailable', finding('Checking'), at(3));
    expect(ready(conditions)).toMatchObject({
      status: 'False',
      reason: 'Error',
      lastTransitionTime: time(2),
    });
  });

  test('is Unknown while a dependent is missing', () => {
    expect(ready(markTrue([], knative, 'InstallSucceeded', at(1)))).toMatchObject({ status: 'Unknown' });
  });
});

describe('TargetClusterResolved=False', () => {
  test.each([
    ['True', allTrue],
    ['Unknown', fresh],
  ])('leaves InstallSucceeded at %s, however often it toggles', (status, start) => {
    let conditions: Conditions = start;
    for (let round = 0; round < 3; round++) {
      conditions = markFalse(
        conditions,
        knative,
        'TargetClusterResolved',
        finding('ClusterProfileNotReady'),
        at(round * 2),
      );
      expect(ready(conditions)).toMatchObject({ status: 'False', reason: 'ClusterProfileNotReady' });
      expect(findCondition(conditions, 'InstallSucceeded')?.status).toBe(status);
      conditions = markTrue(conditions, knative, 'TargetClusterResolved', at(round * 2 + 1));
      expect(ready(conditions)?.status).toBe(status);
    }
    expect(findCondition(conditions, 'InstallSucceeded')).toEqual(findCondition(start, 'InstallSucceeded'));
  });
});

describe('a condition', () => {
  const notReady = markFalse(allTrue, knative, 'DeploymentsAvailable', finding('NotReady'), at(5));

  test('keeps its time when only its message changes', () => {
    const later = { reason: 'NotReady', message: 'one left' };
    const conditions = markFalse(notReady, knative, 'DeploymentsAvailable', later, at(6));
    expect(findCondition(conditions, 'DeploymentsAvailable')).toMatchObject({
      message: 'one left',
      lastTransitionTime: time(5),
    });
    expect(ready(conditions)).toMatchObject({ message: 'one left', lastTransitionTime: time(5) });
  });

  test('that is marked as it is leaves the array as it is', () => {
    expect(markFalse(notReady, knative, 'DeploymentsAvailable', finding('NotReady'), at(9))).toBe(notReady);
    expect(markTrue(allTrue, knative, 'InstallSucceeded', at(9))).toBe(allTrue);
  });

  test('takes its message literally', () => {
    const message = 'http://proxy/%2Fa%20b%s';
    const conditions = markFalse(allTrue, knative, 'InstallSucceeded', { reason: 'Error', message }, at(2));
    expect(ready(conditions)?.message).toBe(message);
  });

  test('cuts its message at what the API accepts, never through a character', () => {
    const long = { reason: 'Error', message: `${'x'.repeat(32_767)}😀 and more` };
    const conditions = markFalse(allTrue, knative, 'InstallSucceeded', long, at(2));
    expect(ready(conditions)?.message).toBe('x'.repeat(32_767));
  });

  test('that becomes true loses reason and message', () => {
    const conditions = markTrue(notReady, knative, 'DeploymentsAvailable', at(7));
    expect(findCondition(conditions, 'DeploymentsAvailable')).toEqual({
      type: 'DeploymentsAvailable',
      status: 'True',
      lastTransitionTime: time(7),
    });
  });

  test('beside the set comes and goes without touching Ready', () => {
    const stalled = setCondition(allTrue, { type: 'Stalled', status: 'True', reason: 'SpecInvalid' }, at(3));
    expect(stalled.map(({ type }) => type)).toEqual([
      ...allTrue.map(({ type }) => type).slice(0, 4),
      'Stalled',
      ...allTrue.map(({ type }) => type).slice(4),
    ]);
    expect(ready(markTrue(stalled, knative, 'InstallSucceeded', at(4)))?.status).toBe('True');
    expect(removeCondition(stalled, 'Stalled')).toEqual(allTrue);
    expect(removeCondition(allTrue, 'Stalled')).toBe(allTrue);
  });
});

describe('keepTransitionTimes', () => {
  test('gives the old time back to what was something else in between', () => {
    let conditions = markFalse(allTrue, knative, 'InstallSucceeded', finding('Error'), at(50));
    conditions = markTrue(conditions, knative, 'InstallSucceeded', at(50));
    expect(conditions).not.toEqual(allTrue);
    expect(keepTransitionTimes(allTrue, conditions)).toBe(allTrue);
  });

  test('leaves the time of what changed', () => {
    const conditions = markFalse(allTrue, knative, 'InstallSucceeded', finding('Error'), at(50));
    expect(keepTransitionTimes(allTrue, conditions)).toEqual(conditions);
  });
});

describe('settle', () => {
  test('drops dependents that are still unknown and keeps why Ready is False', () => {
    const conditions = markFalse(fresh, knative, 'VersionMigrationEligible', finding('Error'), at(1));
    const settled = settleConditions(conditions, knative, at(2));
    expect(statuses(settled)).toBe('Ready=False VersionMigrationEligible=False');
    expect(ready(settled)).toMatchObject({ reason: 'Error', lastTransitionTime: time(1) });
  });

  test('makes an unknown Ready False, with the reason that is known', () => {
    const conditions = markUnknown(allTrue, knative, 'DeploymentsAvailable', finding('Unreachable'), at(2));
    const settled = settleConditions(conditions, knative, at(3));
    expect(ready(settled)).toMatchObject({ status: 'False', reason: 'Unreachable' });
    expect(findCondition(settled, 'DeploymentsAvailable')).toBeUndefined();
  });

  test('leaves settled conditions as they are', () => {
    expect(settleConditions(allTrue, knative, at(9))).toBe(allTrue);
  });

  test('a second pass with the same finding changes nothing, not even a time', () => {
    const pass = (conditions: Conditions, now: number): Conditions => {
      const begun = initializeConditions(conditions, knative, now);
      const failed = markFalse(
        begun,
        knative,
        'TargetClusterResolved',
        finding('ClusterProfileNotFound'),
        now,
      );
      return settleConditions(failed, knative, now);
    };
    const first = pass([], at(1));
    expect(pass(first, at(100))).toEqual(first);
  });
});

describe('Argo CD shows', () => {
  const installFailed = markFalse(allTrue, knative, 'InstallSucceeded', finding('Error'), at(2));
  test.each([
    ['Healthy', 'all true', allTrue],
    [
      'Healthy',
      'all true and something else true',
      setCondition(allTrue, { type: 'Other', status: 'True' }, at(2)),
    ],
    ['Progressing', 'no conditions yet', []],
    ['Progressing', 'a new object', fresh],
    [
      'Progressing',
      'an unknown condition beside the set',
      setCondition(allTrue, { type: 'Other', status: 'Unknown' }, at(2)),
    ],
    [
      'Progressing',
      'Deployments not available',
      markFalse(allTrue, knative, 'DeploymentsAvailable', finding('NotReady'), at(2)),
    ],
    ['Degraded', 'a failed installation', installFailed],
    [
      'Degraded',
      'a missing cluster, settled',
      settleConditions(
        markFalse(fresh, knative, 'TargetClusterResolved', finding('ClusterProfileNotFound'), at(1)),
        knative,
        at(1),
      ),
    ],
    ['Degraded', 'a dependent of the four missing', removeCondition(allTrue, 'DependenciesInstalled')],
  ] as const)('%s for %s', (health, _what, conditions) => {
    expect(argoCdHealth(conditions)).toBe(health);
  });
});

const type = fc.constantFrom<Dependent>(...knative.dependents);
const step = fc.record({
  type,
  mark: fc.constantFrom('True', 'False', 'Unknown', 'settle', 'initialize'),
  reason: fc.constantFrom('A', 'B'),
});

function apply(
  conditions: Conditions,
  { type, mark, reason }: { type: Dependent; mark: string; reason: string },
  now: number,
): Conditions {
  if (mark === 'settle') return settleConditions(conditions, knative, now);
  if (mark === 'initialize') return initializeConditions(conditions, knative, now);
  if (mark === 'True') return markTrue(conditions, knative, type, now);
  return (mark === 'False' ? markFalse : markUnknown)(conditions, knative, type, finding(reason), now);
}

/** After a mark the dependents decide; initialize only adds, and settle makes of Unknown what it must. */
function readyAllowedAfter(mark: string, conditions: Conditions): readonly Condition['status'][] {
  if (mark === 'settle') return ['True', 'False'];
  if (mark === 'initialize') return ['True', 'False', 'Unknown'];
  const dependents = new Set(
    knative.dependents.map((name) => findCondition(conditions, name)?.status ?? 'Unknown'),
  );
  if (dependents.has('False')) return ['False'];
  return dependents.has('Unknown') ? ['Unknown'] : ['True'];
}

test('after any sequence the array is sorted, Ready says what the dependents say, and times move with statuses only', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
      let before: Conditions = fresh;
      for (const [index, current] of steps.entries()) {
        const after = apply(before, current, at(10 + index));
        const types = after.map((condition) => condition.type);
        expect(types).toEqual([...new Set(types)].sort());
        for (const condition of after) {
          const old = findCondition(before, condition.type);
          const moved = old === undefined || old.status !== condition.status;
          expect(condition.lastTransitionTime).toBe(moved ? time(10 + index) : old.lastTransitionTime);
        }
        expect(apply(after, current, at(99))).toBe(after);
        expect(readyAllowedAfter(current.mark, after)).toContain(ready(after)?.status);
        expect(statuses(after).includes('Unknown') && current.mark === 'settle').toBe(false);
        before = after;
      }
    }),
  );
});

test('what looks like a credential in a message is masked, and unchanged when it comes again', () => {
  const message = 'the server says: invalid header Authorization: Bearer A1b2C3d4E5f6';
  const finding = { type: 'Reached', status: 'False', reason: 'Error', message } as const;
  const conditions = setCondition([], finding, 0);
  expect(findCondition(conditions, 'Reached')?.message).toContain('Bearer [redacted]');
  expect(setCondition(conditions, finding, 1_000)).toBe(conditions);
});
