import { reasons } from '../../api/index.ts';
import { type MemberReason, type Observation, plan, placeOf, sayWhy } from '../../scaling/index.ts';
import type { ScaledObject, ScaledObjectRow } from '../hub/scaled-object.ts';
import type { GivenObject } from '../simulate/given-object.ts';
import type { Happening, ShownCondition } from '../status/object-status.ts';

/** Why one member has its number. */
export interface ExplainedMember {
  readonly member: string;
  readonly namespace: string;
  readonly state: string;
  readonly excluded: boolean;
  readonly weight: number;
  /** What it would have by its weight alone. */
  readonly share: number;
  readonly want: number;
  /** Null where nobody can see it. */
  readonly have: number | null;
  readonly why: string;
}

/** Times are RFC 3339. */
export interface Explanation {
  /** `dso/namespace/name`. */
  readonly object: string;
  readonly target: string | null;
  readonly total: number;
  readonly counted: number | null;
  /** Why the total is what it is, as the engine tells it. */
  readonly totalBecause: string | null;
  readonly strategy: string;
  readonly policy: {
    readonly gracePeriodSeconds: number;
    readonly recoveryStabilizationSeconds: number;
    readonly maxRebalancePercentage: number;
    /** The same in replicas. */
    readonly mostAtOnce: number;
  };
  readonly members: readonly ExplainedMember[];
  /** When it is planned again even if nothing is heard before. */
  readonly nextCheckAt: string | null;
  readonly findings: readonly { readonly code: string; readonly message: string }[];
  readonly conditions: readonly ShownCondition[];
  readonly events: readonly Happening[];
}

export interface ExplanationFacts {
  readonly given: GivenObject;
  readonly object: ScaledObject;
  readonly conditions: readonly ShownCondition[];
  readonly events: readonly Happening[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Plans once more from what the operator keeps of its last plan and what the status says, and tells why. Nothing is asked
 * of members, so that what is out of the hub's sight is in the words of the operator.
 */
export function explain(facts: ExplanationFacts): Explanation {
  const { given, object, conditions, events, now } = facts;
  const { spec, begin } = given;
  const rows = new Map(
    object.rows.flatMap((row) => placesOf(row, given).map((place) => [place, row] as const)),
  );
  const pending = begin?.state?.rows ?? {};
  const observed = new Map(
    [...(begin?.workloads ?? [])].map(([place, { replicas, isUp }]): [string, Observation] => [
      place,
      isUp
        ? { state: 'ready', replicas, readyReplicas: Math.max(0, replicas - (pending[place]?.pending ?? 0)) }
        : { state: 'notReady', why: 'out of reach' },
    ]),
  );
  const planned = plan(spec, given.members ?? [], observed, begin?.state, now);
  const { policy } = spec;
  return {
    object: given.what,
    target: object.target ?? null,
    total: spec.total,
    counted: object.current ?? null,
    totalBecause: object.conditions.find(({ type }) => type === 'ScaledObjectActive')?.message ?? null,
    strategy: spec.strategy,
    policy: {
      gracePeriodSeconds: policy.gracePeriod / 1_000,
      recoveryStabilizationSeconds: policy.recoveryStabilization / 1_000,
      maxRebalancePercentage: policy.maxRebalancePercentage,
      mostAtOnce: Math.ceil((spec.total * policy.maxRebalancePercentage) / 100),
    },
    members: planned.reasons.map((reason) => explained(reason, rows.get(reason.place), spec.namespace)),
    nextCheckAt: planned.nextCheckAt === undefined ? null : instant(planned.nextCheckAt),
    findings: planned.findings.map(({ reason, message }) => ({ code: reasons[reason].code, message })),
    conditions,
    events,
  };
}

function explained(
  reason: MemberReason,
  row: ScaledObjectRow | undefined,
  namespace: string,
): ExplainedMember {
  const planned = sayWhy(reason, instant);
  const state = row?.state ?? reason.state;
  // The operator knows what it is that it does not reach; here only its words are known.
  const why = state === 'Ready' ? planned : (row?.description ?? planned);
  return {
    member: row?.member ?? reason.name,
    namespace: reason.namespace === '' ? namespace : reason.namespace,
    state,
    excluded: row?.excluded ?? reason.isExcluded,
    weight: reason.weight,
    share: reason.share,
    want: row?.desired ?? reason.desired,
    have: state === 'Ready' ? (row?.current ?? null) : null,
    why,
  };
}

/** Where a row stands in the plan, by the names that it may have there. */
function placesOf({ member }: ScaledObjectRow, { spec, members, begin }: GivenObject): readonly string[] {
  const names = [
    member,
    ...(members ?? []).filter(({ references = [] }) => references.includes(member)).map(({ name }) => name),
  ];
  const namespace = spec.members.find(({ name }) => name === member)?.namespace ?? spec.namespace;
  const known = begin?.state?.rows ?? {};
  return [...new Set(names)].flatMap((name) => {
    const place = placeOf({ name, namespace });
    return Object.hasOwn(known, place) || begin?.workloads.has(place) === true || name === member
      ? [place]
      : [];
  });
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
