import type { ForbiddenError } from '../kube/index.ts';
import type { AppliedObject } from './apply-object.ts';
import type { FieldConflict } from './conflict.ts';
import type { ObjectFailure } from './delivery-error.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import type { Drift } from './plan.ts';
import type { Rollout } from './rollout.ts';
import { leavesLabel } from './selected-label.ts';

/** What one pass of a delivery did and found. */
export interface DeliveryReport {
  /** Objects of the set. */
  readonly total: number;
  /** Objects written in this pass. */
  readonly applied: number;
  /** Mended in this pass. */
  readonly drifted: readonly Drift[];
  /** Drifted again and again, and left so for a while. */
  readonly contested: readonly ContestedObject[];
  /** Drifted, and left so because drift is only to be told. */
  readonly unmended: readonly Drift[];
  /** What we may not watch: drift there is not seen, nor rollouts. Look again later: the end of it is no change. */
  readonly unwatched: readonly UnwatchedResource[];
  /** Not written, because the server refused it. */
  readonly refused: readonly ObjectFailure[];
  readonly pruned: readonly ObjectIdentity[];
  /** Workloads that are not rolled out; with a closed gate only the one it waits for. */
  readonly waiting: readonly { readonly identity: ObjectIdentity; readonly rollout: Rollout }[];
  readonly gated: boolean;
  readonly left: readonly { readonly identity: ObjectIdentity; readonly conflict: FieldConflict }[];
  readonly workloads: number;
  /** Everything is applied, rolled out and pruned. */
  readonly complete: boolean;
}

export interface ContestedObject {
  readonly identity: ObjectIdentity;
  /** The field manager that changes it, where it is known. */
  readonly by?: string | undefined;
  /** Milliseconds until it is mended again. */
  readonly waitMs: number;
}

export interface UnwatchedResource {
  /** `deployments.apps`. */
  readonly resource: string;
  readonly error: ForbiddenError;
}

/**
 * Only the apply shows whether an object that the watches had lost was gone, or merely without the set's label. Where that
 * label was left to somebody who owns it on purpose, nothing else was wrong.
 */
export function withOutcomes(
  drifted: readonly Drift[],
  applied: ReadonlyMap<string, AppliedObject>,
  selector: string,
): readonly Drift[] {
  return drifted.flatMap((drift) => {
    const outcome = applied.get(identityKey(drift.identity));
    if (outcome === undefined) return [];
    const [taken] = outcome.taken;
    const isLeft = leavesLabel(outcome.left, selector);
    if (drift.action === 'recreated' && isLeft && taken === undefined) return [];
    return [
      {
        ...drift,
        action: drift.action === 'recreated' && !outcome.created ? 'reverted' : drift.action,
        ...(taken === undefined ? {} : { by: taken.manager, field: taken.field }),
      },
    ];
  });
}
