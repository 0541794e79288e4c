import { reasons } from '../../api/index.ts';
import { type MemberReason, sayWhy } from '../../scaling/index.ts';
import type { ScaledObjectRow } from '../hub/scaled-object.ts';
import type { Happening, ShownCondition } from '../status/object-status.ts';
import { type PlannedObject, planAgain } from './plan-again.ts';

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

export interface ExplanationFacts extends PlannedObject {
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
  const { spec } = given;
  const { planned, rows } = planAgain(facts, now);
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

/** What is told of one member, by the plan and by its row of the status. */
export function explained(
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

/** RFC 3339, to the second. */
export function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
