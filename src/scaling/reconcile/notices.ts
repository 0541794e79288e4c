import type { EventReason } from '../../controller/index.ts';
import type { EngineReport } from '../engine/scaling-engine.ts';
import type { MemberRow, PlanState } from '../plan/member-row.ts';
import type { Plan } from '../plan/plan.ts';
import type { MemberStatuses } from './member-statuses.ts';

/** Something that people should hear of, once. */
export interface Notice {
  readonly reason: EventReason;
  readonly action: 'Observe' | 'Exclude' | 'Rebalance' | 'Scale' | 'Validate';
  /** Whom it is about; '' for the object as a whole. */
  readonly member: string;
  readonly note: string;
}

export interface NoticeInput {
  readonly before: {
    readonly rows: MemberStatuses;
    readonly state: PlanState | undefined;
    /** Why the engine followed the triggers, or did not. */
    readonly engineReason: string | undefined;
  };
  readonly after: {
    readonly rows: MemberStatuses;
    readonly plan: Plan;
    /** What was asked for at each place that was seen, by whomever, before this plan. */
    readonly asked: ReadonlyMap<string, number>;
    /** Undefined where it was not asked. */
    readonly engine: EngineReport | undefined;
  };
}

const ofWhole: ReadonlySet<EventReason> = new Set([
  'AllWeightsZero',
  'AnnotationsFull',
  'CapacityLimited',
  'MinReplicasUnsatisfied',
  'NoEligibleMembers',
  'SuspectedHubPartition',
]);

/** What became different between two looks at an object. */
export function notices({ before, after }: NoticeInput): readonly Notice[] {
  return [
    ...ofMembers(before.rows, after.rows),
    ...ofMoves(before.state, after.plan.state),
    ...ofFirstSights(before.state, after.plan.state, after.asked),
    ...allDown(before.rows, after.rows),
    ...ofEngine(before.engineReason, after.engine),
    ...after.plan.findings
      .filter(({ reason }) => reason !== 'NoHealthyMembers')
      .map(({ reason, message }): Notice => {
        // A number in the message is no other news; a name is.
        const member = ofWhole.has(reason) ? '' : message;
        return { reason, action: 'Observe', member, note: message };
      }),
  ];
}

function ofMembers(before: MemberStatuses, after: MemberStatuses): readonly Notice[] {
  return Object.entries(after).flatMap(([member, now]): readonly Notice[] => {
    const last = before[member];
    const about = { member, action: 'Observe' } as const;
    return [
      ...(now.state === 'NotReady' && last?.state !== 'NotReady'
        ? [{ ...about, reason: 'MemberNotReady', note: `${member}: ${now.description}` } as const]
        : []),
      ...(now.state === 'Ready' && last?.state === 'NotReady'
        ? [{ ...about, reason: 'MemberRecovered', note: `${member}: ${now.description}` } as const]
        : []),
      ...(now.excluded === true && last?.excluded !== true
        ? [
            {
              member,
              action: 'Exclude',
              reason: 'MemberExcluded',
              note: `${member} gets nothing any more: ${now.description}`,
            } as const,
          ]
        : []),
    ];
  });
}

function allDown(before: MemberStatuses, after: MemberStatuses): readonly Notice[] {
  const isDown = (rows: MemberStatuses): boolean =>
    Object.keys(rows).length > 0 && Object.values(rows).every(({ state }) => state === 'NotReady');
  if (!isDown(after) || isDown(before)) return [];
  const note = `None of ${Object.keys(after).length} members answers; what runs there keeps running.`;
  return [{ reason: 'AllMembersDown', action: 'Observe', member: '', note }];
}

/** By the reason that conditions have for it. */
const engineTroubles: ReadonlyMap<string | undefined, EventReason> = new Map([
  ['TriggerError', 'TriggerError'],
  ['PartialTriggerError', 'TriggerError'],
  ['ScaledObjectConflict', 'ScaledObjectConflict'],
]);

function ofEngine(before: string | undefined, engine: EngineReport | undefined): readonly Notice[] {
  const reason = engineTroubles.get(engine?.ready.reason);
  if (engine === undefined || reason === undefined || reason === engineTroubles.get(before)) return [];
  return [{ reason, action: 'Scale', member: '', note: engine.ready.message }];
}

function ofMoves(before: PlanState | undefined, after: PlanState): readonly Notice[] {
  if (before === undefined) return [];
  const action = 'Rebalance';
  const rows = Object.entries(after.rows);
  const steps = rows.flatMap(([place, row]): readonly Notice[] => {
    const last = before.rows[place];
    if (last === undefined) return [];
    const member = row.name;
    const [from, to] = [counted(last), counted(row)];
    if (row.phase.name === 'excluded' && from !== undefined && to !== undefined && to < from) {
      const note = `Others took over ${from - to} replicas of ${member}: ${sayNumbers(before, after)}`;
      return [{ reason: to === 0 ? 'ReplicasRebalanced' : 'RebalanceStep', action, member, note }];
    }
    if (last.phase.name === 'returning' && row.phase.name === 'serving') {
      const note = `${member} has its share again: ${sayNumbers(before, after)}`;
      return [{ reason: 'RebalanceRecovered', action, member, note }];
    }
    if (row.phase.name === 'returning' && from !== undefined && to !== undefined && to > from) {
      const note = `${to - from} replicas go back to ${member}: ${sayNumbers(before, after)}`;
      return [{ reason: 'RebalanceStep', action, member, note }];
    }
    return [];
  });
  return steps;
}

/** Who is seen late, or joins later, was not counted when the total was decided; what is too much there goes at once. */
function ofFirstSights(
  before: PlanState | undefined,
  after: PlanState,
  asked: ReadonlyMap<string, number>,
): readonly Notice[] {
  if (before?.hasAssigned !== true) return [];
  return Object.entries(after.rows).flatMap(
    ([place, { name: member, phase, desired }]): readonly Notice[] => {
      const last = before.rows[place]?.phase.name ?? 'fresh';
      const runs = asked.get(place) ?? 0;
      if (last !== 'fresh' || !(phase.name === 'serving' || phase.name === 'returning') || runs <= desired)
        return [];
      const note = `${member} ran ${runs} replicas when it was first seen, and gets ${desired}: the total does not count what ran there.`;
      return [{ reason: 'MemberAboveShare', action: 'Scale', member, note }];
    },
  );
}

/** What others rely on at a place that does not simply get its share. */
function counted({ phase }: MemberRow): number | undefined {
  switch (phase.name) {
    case 'lost':
      return phase.held;
    case 'excluded':
      return phase.retained;
    case 'returning':
    case 'slow':
      return phase.counted;
    case 'fresh':
    case 'serving':
    case 'leaving':
    case 'duplicate':
      return undefined;
  }
}

/** `a 3 to 5, b 4 to 5` of those whose number changed. */
function sayNumbers(before: PlanState, after: PlanState): string {
  const changes = Object.entries(after.rows).flatMap(([place, { name, desired }]) => {
    const last = before.rows[place]?.desired ?? 0;
    return last === desired ? [] : [`${name} ${last} to ${desired}`];
  });
  return changes.length === 0 ? 'no number changed.' : `${changes.join(', ')}.`;
}
