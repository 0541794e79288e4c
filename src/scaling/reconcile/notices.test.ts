import { expect, test } from 'vitest';
import type { MemberRow, PlanState } from '../plan/member-row.ts';
import type { Plan } from '../plan/plan.ts';
import type { MemberStatus } from './member-statuses.ts';
import { type NoticeInput, notices } from './notices.ts';
import { RecentNotices } from './recent-notices.ts';

const ready: MemberStatus = {
  currentReplicas: 2,
  desiredReplicas: 2,
  state: 'Ready',
  description: 'fine',
  id: 'a',
  excluded: false,
};
const down: MemberStatus = { ...ready, state: 'NotReady', description: 'unreachable' };
const row = (phase: MemberRow['phase'], desired = 2, name = 'a'): MemberRow => ({
  name,
  namespace: 'team',
  id: name,
  phase,
  desired,
  pending: 0,
  kept: 0,
  relapses: 0,
});
const state = (...rows: readonly MemberRow[]): PlanState => ({
  rows: Object.fromEntries(rows.map((one) => [`team/${one.name}`, one])),
  hasAssigned: true,
  published: 0,
});

function input(
  before: Omit<NoticeInput['before'], 'engineReason'> & { readonly engineReason?: string },
  after: {
    readonly rows: NoticeInput['after']['rows'];
    readonly state: PlanState;
    readonly findings?: Plan['findings'];
    readonly engineReason?: string;
  },
): NoticeInput {
  const { rows, state, findings = [], engineReason: reason = 'ScaledObjectReady' } = after;
  const ready = { status: 'Unknown', reason, message: 'because' } as const;
  return {
    before: { engineReason: undefined, ...before },
    after: {
      rows,
      plan: { findings, state } as unknown as Plan,
      asked: new Map(),
      engine: { ready, active: ready, paused: ready },
    },
  };
}

function engineGoes(before: string | undefined, engineReason: string): NoticeInput {
  const rest = { rows: {}, state: state() };
  return input(
    { ...rest, ...(before === undefined ? {} : { engineReason: before }) },
    { ...rest, engineReason },
  );
}

const told = (given: NoticeInput): readonly string[] =>
  notices(given).map(({ reason, member, note }) => `${reason} ${member}: ${note}`);

test.each<[string, NoticeInput, readonly string[]]>([
  [
    'nothing where nothing happened',
    input(
      { rows: { a: ready }, state: state(row({ name: 'serving' })) },
      { rows: { a: ready }, state: state(row({ name: 'serving' })) },
    ),
    [],
  ],
  [
    'a loss',
    input(
      { rows: { a: ready, b: ready }, state: undefined },
      { rows: { a: down, b: ready }, state: state() },
    ),
    ['MemberNotReady a: a: unreachable'],
  ],
  [
    'nothing of a loss that was told before a restart',
    input({ rows: { a: down, b: ready }, state: undefined }, { rows: { a: down, b: ready }, state: state() }),
    [],
  ],
  [
    'the last loss of all',
    input({ rows: { a: ready }, state: undefined }, { rows: { a: down }, state: state() }),
    [
      'MemberNotReady a: a: unreachable',
      'AllMembersDown : None of 1 members answers; what runs there keeps running.',
    ],
  ],
  [
    'a return',
    input({ rows: { a: down }, state: undefined }, { rows: { a: ready }, state: state() }),
    ['MemberRecovered a: a: fine'],
  ],
  [
    'an exclusion with what moved',
    input(
      {
        rows: { a: down, b: ready },
        state: state(
          row({ name: 'lost', since: 0, held: 2, wasReturning: false }),
          row({ name: 'serving' }, 2, 'b'),
        ),
      },
      {
        rows: { a: { ...down, excluded: true }, b: ready },
        state: state(row({ name: 'excluded', since: 0, retained: 0 }, 0), row({ name: 'serving' }, 4, 'b')),
      },
    ),
    [
      'MemberExcluded a: a gets nothing any more: unreachable',
      'ReplicasRebalanced a: Others took over 2 replicas of a: a 2 to 0, b 2 to 4.',
    ],
  ],
  [
    'the end of a return',
    input(
      {
        rows: { a: ready },
        state: state(row({ name: 'returning', since: 0, hold: 0, counted: 1, isMoving: true }, 1)),
      },
      { rows: { a: ready }, state: state(row({ name: 'serving' })) },
    ),
    ['RebalanceRecovered a: a has its share again: a 1 to 2.'],
  ],
  [
    'findings of the whole once, whatever their numbers',
    input(
      { rows: { a: ready }, state: undefined },
      { rows: { a: ready }, state: state(), findings: [{ reason: 'CapacityLimited', message: '3 of 9' }] },
    ),
    ['CapacityLimited : 3 of 9'],
  ],
  ['that triggers begin to fail', engineGoes('AllMembersReady', 'TriggerError'), ['TriggerError : because']],
  [
    'that some of them do',
    engineGoes('ScaledObjectReady', 'PartialTriggerError'),
    ['TriggerError : because'],
  ],
  ['nothing while they go on failing', engineGoes('TriggerError', 'PartialTriggerError'), []],
  ['nothing when they are well again', engineGoes('TriggerError', 'ScaledObjectReady'), []],
  [
    'that somebody else has the ScaledObject',
    engineGoes(undefined, 'ScaledObjectConflict'),
    ['ScaledObjectConflict : because'],
  ],
])('tells %s', (_name, given, expected) => {
  expect(told(given)).toEqual(expected);
});

test('the same thing of the same member is news once in five minutes', () => {
  const recent = new RecentNotices();
  const asks = (now: number, member = 'a', reason = 'MemberNotReady'): boolean =>
    recent.isNews('uid', reason, member, now);
  expect([asks(0), asks(1), asks(299_999), asks(300_000), asks(300_001)]).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
  expect([asks(300_001, 'b'), asks(300_001, 'a', 'MemberExcluded')]).toEqual([true, true]);
  recent.forget('uid');
  expect(asks(300_002)).toBe(true);
});
