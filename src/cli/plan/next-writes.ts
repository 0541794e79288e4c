import { reasons } from '../../api/index.ts';
import { explained, instant } from '../explain/explanation.ts';
import { type PlannedObject, planAgain } from '../explain/plan-again.ts';

export interface PlannedMember {
  readonly member: string;
  readonly namespace: string;
  readonly state: string;
  readonly excluded: boolean;
  /** Null where nobody can see it. */
  readonly now: number | null;
  /** What it would have after the writes; null where nothing is known and nothing can be written. */
  readonly next: number | null;
  readonly isWritten: boolean;
  readonly why: string;
}

/** What the operator would write now. Times are RFC 3339. */
export interface NextWrites {
  /** `dso/namespace/name`. */
  readonly object: string;
  readonly target: string | null;
  readonly total: number;
  /** What autoscalers are told, and what they would be told. */
  readonly counted: number | null;
  readonly nextCounted: number;
  readonly members: readonly PlannedMember[];
  /** When it is planned again even if nothing is heard before. */
  readonly nextCheckAt: string | null;
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}

/** `now` is milliseconds since the epoch. */
export function nextWrites(facts: PlannedObject, now: number): NextWrites {
  const { given, object } = facts;
  const { planned, observed, rows } = planAgain(facts, now);
  const assigned = new Map(planned.assignments.map(({ place, replicas }) => [place, replicas]));
  return {
    object: given.what,
    target: object.target ?? null,
    total: given.spec.total,
    counted: object.current ?? null,
    nextCounted: planned.currentReplicas,
    members: planned.reasons.map((reason) => {
      const { member, namespace, state, excluded, why } = explained(
        reason,
        rows.get(reason.place),
        given.spec.namespace,
      );
      const seen = observed.get(reason.place);
      const current = seen?.state === 'ready' ? seen.replicas : null;
      // Only to members that answer is anything written.
      const next = current === null ? null : (assigned.get(reason.place) ?? current);
      return { member, namespace, state, excluded, now: current, next, isWritten: next !== current, why };
    }),
    nextCheckAt: planned.nextCheckAt === undefined ? null : instant(planned.nextCheckAt),
    findings: planned.findings.map(({ reason, message }) => ({ code: reasons[reason].code, message })),
  };
}
