import { advanceRows } from './advance-rows.ts';
import { type Assigned, assignRows, sharesOf } from './assign-rows.ts';
import { countedAt } from './counted.ts';
import { withCurrentNames } from './current-names.ts';
import { withoutDuplicates } from './duplicates.ts';
import { effectiveMembers, takesPart } from './effective-members.ts';
import type { Finding } from './finding.ts';
import { isPartition, lossesOf } from './grace-end.ts';
import { isLastResort, withLastResort } from './last-resort.ts';
import type { MemberRow, PlanState } from './member-row.ts';
import { nextCheckAt } from './next-check.ts';
import { type Observations, observationOf, type RegisteredMember } from './observation.ts';
import { obstacleOf } from './obstacle.ts';
import type { PlanSpec } from './plan-spec.ts';
import { presentRows } from './present-rows.ts';
import { withOtherNames } from './other-names.ts';
import { publishedTotal } from './published-total.ts';
import { withHeirs } from './heirs.ts';
import { type MemberReason, memberReasons } from './member-reasons.ts';
import { withTrustedTimes } from './trusted-times.ts';

/** A number to write. */
export interface Assignment {
  readonly place: string;
  /** Of the member, which is the one by this name. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
}

/** A member that others have taken over from, or are taking over from in steps. */
export interface Exclusion {
  readonly place: string;
  readonly name: string;
  readonly namespace: string;
  /** When it was lost, in milliseconds since 1970. */
  readonly since: number;
}

export interface Plan {
  /** What to write, to members that answer only; who has the number already needs no write. */
  readonly assignments: readonly Assignment[];
  readonly exclusions: readonly Exclusion[];
  /** When to plan again even if nothing is heard before; undefined: not before something changes. */
  readonly nextCheckAt: number | undefined;
  /** Why each member has its number. */
  readonly reasons: readonly MemberReason[];
  readonly findings: readonly Finding[];
  /** What to tell autoscalers: status.totalCurrentReplicas. */
  readonly currentReplicas: number;
  /** What no member may take. */
  readonly unplaced: number;
  /** To be kept, and handed to the next plan as `previous`. */
  readonly state: PlanState;
}

/** When everything begins, and after a restart, members that were not asked yet are waited for so long. */
const firstAnswers = 30_000;

export interface PlanOptions {
  /** Whether replicas may move because of an outage or a return; whoever moves too many at once waits for a turn. Default true. */
  readonly mayStep?: boolean | undefined;
}

/**
 * Who runs how many replicas now. Pure: the same arguments give the same plan, and the state that is handed on is plain
 * JSON. `observed` is by place; `now` is in milliseconds since 1970.
 */
export function plan(
  spec: PlanSpec,
  members: readonly RegisteredMember[],
  observed: Observations,
  previous: PlanState | undefined,
  now: number,
  { mayStep = true }: PlanOptions = {},
): Plan {
  const trusted = previous === undefined ? undefined : withTrustedTimes(previous, now);
  const named = trusted === undefined ? undefined : withCurrentNames(trusted, members);
  const effective = effectiveMembers(spec, members, named?.state, now);
  const last =
    named === undefined
      ? undefined
      : withOtherNames(withHeirs(named.state, effective.wanted), effective.wanted, observed);
  const { wanted, duplicates, findings } = withoutDuplicates(effective.wanted, {
    rows: last?.rows ?? {},
    observed,
    gracePeriod: spec.policy.gracePeriod,
    now,
  });
  const present = presentRows({ spec, members, wanted, duplicates, observed, previous: last, now });
  const isAnswering = (place: string): boolean => observationOf(place, observed).state === 'ready';
  const { policy } = spec;
  const canReceive = [...wanted].some(
    ([place, member]) => (takesPart(member) || isLastResort(member, policy)) && isAnswering(place),
  );
  const hasAssigned = last?.hasAssigned === true;
  const isAwaited = [...wanted].some(
    ([place, { id }]) =>
      id !== undefined &&
      observationOf(place, observed).state === 'unknown' &&
      // Whoever joins later delays nobody.
      (!hasAssigned || isKnown(last.rows[place], id)),
  );
  const awaitingSince = isAwaited ? (last?.awaitingSince ?? now) : undefined;
  const waitsUntil = awaitingSince === undefined ? now : awaitingSince + firstAnswers;
  const isWaiting = waitsUntil > now;

  const context = { policy, observed, canReceive, hasAssigned, now };
  const advanced = isWaiting ? present.rows : advanceRows(present.rows, context);
  const takers = withLastResort(wanted, { policy, rows: advanced, observed, now });
  const obstacle = obstacleOf(spec.total, takers, isAnswering);
  const { rows, places, unplaced, isScarce, lastStepAt } =
    isWaiting || obstacle !== undefined
      ? untouched(advanced, last)
      : assignRows(advanced, {
          spec,
          wanted: takers,
          observed,
          before: present.rows,
          lastStepAt: last?.lastStepAt,
          mayStep,
          now,
        });
  const { parts: shares } = sharesOf(rows, { wanted: takers, spec });
  const published = publishedTotal(spec.total, actualReplicas(rows, observed, shares), last);
  return {
    assignments: places.flatMap((place) => assignmentOf(place, rows.get(place))),
    exclusions: [...rows].flatMap(([place, row]) => exclusionOf(place, row)),
    nextCheckAt: nextCheckAt(rows, { policy, canReceive, lastStepAt, waitsUntil, now }),
    reasons: memberReasons(rows, { spec, wanted, takers, observed, shares, canReceive, isWaiting }),
    findings: [
      ...(named?.findings ?? []),
      ...effective.findings,
      ...findings,
      ...present.findings,
      ...(obstacle === undefined || isWaiting ? [] : [obstacle]),
      ...partition(rows),
      ...limits(spec, unplaced, isScarce),
    ],
    currentReplicas: published,
    unplaced,
    state: {
      rows: Object.fromEntries(rows),
      awaitingSince,
      hasAssigned: hasAssigned || places.length > 0,
      published,
      lastStepAt,
      total: spec.total,
    },
  };
}

/** Nobody can be given a number, so that everybody keeps what there is. */
function untouched(rows: ReadonlyMap<string, MemberRow>, last: PlanState | undefined): Assigned {
  return { rows, places: [], unplaced: 0, isScarce: false, lastStepAt: last?.lastStepAt };
}

function isKnown(row: MemberRow | undefined, id: string): boolean {
  return row !== undefined && row.id === id && row.phase.name !== 'fresh';
}

function assignmentOf(place: string, row: MemberRow | undefined): readonly Assignment[] {
  return row?.id === undefined
    ? []
    : [{ place, id: row.id, name: row.name, namespace: row.namespace, replicas: row.desired }];
}

function exclusionOf(place: string, { name, namespace, phase, id }: MemberRow): readonly Exclusion[] {
  const isOut = phase.name === 'excluded' || (phase.name === 'fresh' && id === undefined);
  return isOut ? [{ place, name, namespace, since: phase.since }] : [];
}

/** What runs as far as it is seen; out of sight, what counts as running. */
function actualReplicas(
  rows: ReadonlyMap<string, MemberRow>,
  observed: Observations,
  shares: ReadonlyMap<string, number>,
): number {
  return [...rows].reduce((sum, [place, row]) => {
    // Its replicas are seen under another name.
    if (row.phase.name === 'duplicate') return sum;
    const seen = observationOf(place, observed);
    return sum + (seen.state === 'ready' ? seen.replicas : countedAt(row, shares.get(place) ?? 0));
  }, 0);
}

function partition(rows: ReadonlyMap<string, MemberRow>): readonly Finding[] {
  const losses = lossesOf(rows.values());
  const lost = [...rows.values()].filter(
    ({ phase }) => phase.name === 'lost' && isPartition(phase.since, losses),
  );
  if (lost.length === 0) return [];
  const message = `${lost.map(({ name }) => name).join(', ')} stopped answering at once; the grace period is doubled.`;
  return [{ reason: 'SuspectedHubPartition', message }];
}

function limits({ total }: PlanSpec, unplaced: number, isScarce: boolean): readonly Finding[] {
  const scarce = `The total of ${total} does not reach for what all members get at least.`;
  const limited = `${unplaced} of ${total} replicas run nowhere: no member may take more.`;
  return [
    ...(isScarce ? [{ reason: 'MinReplicasUnsatisfied', message: scarce } as const] : []),
    ...(unplaced > 0 ? [{ reason: 'CapacityLimited', message: limited } as const] : []),
  ];
}
