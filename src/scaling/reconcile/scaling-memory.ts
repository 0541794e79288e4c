import type { KubeObject } from '../../api/index.ts';
import { type Conditions, findCondition } from '../../controller/index.ts';
import type { Finding } from '../plan/finding.ts';
import type { PlanState } from '../plan/member-row.ts';
import { planStateAnnotation } from '../plan/plan-state-text.ts';
import { isWorthKeeping } from '../plan/worth-keeping.ts';
import { knownState } from './known-state.ts';
import type { MemberStatuses } from './member-statuses.ts';
import { allOriginals, type Originals, readOriginals } from './original-replicas.ts';
import { readTarget } from './read-target.ts';
import { statusOf } from './scaling-status.ts';

/** What is known of one object between two passes; what must outlive this process stands in its annotations. */
export interface ScalingMemory {
  readonly uid: string;
  readonly state: PlanState | undefined;
  /** The state that the annotation has. */
  readonly kept: PlanState | undefined;
  /** Whether that was the newest when it was last written; a watch may be behind what another replica wrote. */
  readonly isCertain: boolean;
  /** What is not kept, because the annotations have no room for it. */
  readonly unkept: Finding | undefined;
  /** What is wrong with the annotation, until it was told. */
  readonly findings: readonly Finding[];
  /** What the engine last gave as the reason of whether it follows the triggers. */
  readonly engineReason: string | undefined;
  /** The last total that was followed. */
  readonly lastTotal: number;
  /** When the status was last written, in monotonic milliseconds. */
  readonly statusAt: number | undefined;
  /** When a move that had to wait for those of other objects may begin, in monotonic milliseconds. */
  readonly moveAt: number | undefined;
  /** The rows of the status as they were last made, which may be newer than those that were written. */
  readonly rows: MemberStatuses;
  /** What members ran at first; kept here too, because `kubectl replace` takes annotations along. */
  readonly originals: Originals;
  /** Keys of the first numbers that were given back since the deletion. */
  readonly restored: ReadonlySet<string>;
}

/** What this process, or the one before it, last knew of the object. */
export function recall(object: KubeObject, last: ScalingMemory | undefined): ScalingMemory {
  const { uid = '' } = object.metadata;
  if (last?.uid === uid) return last;
  const { state, findings } = knownState(object);
  const { memberClusterStatuses: rows = {}, conditions = [] } = statusOf(object);
  return {
    uid,
    state,
    kept: state,
    isCertain: false,
    unkept: undefined,
    findings,
    engineReason: findCondition(conditions as Conditions, 'Ready')?.reason,
    lastTotal: state?.total ?? (sumOf(state?.rows ?? {}) || sumOfStatus(object)),
    statusAt: undefined,
    moveAt: undefined,
    rows,
    originals: readOriginals(object),
    restored: new Set(),
  };
}

/** After somebody else has changed the object: what another replica has planned further goes before what is known here. */
export function recallAgain(before: KubeObject, live: KubeObject, last: ScalingMemory): ScalingMemory {
  const planned = live.metadata.annotations?.[planStateAnnotation];
  const isOurs = planned === undefined || planned === before.metadata.annotations?.[planStateAnnotation];
  if (isOurs || live.metadata.uid !== last.uid) return recall(live, last);
  const { statusAt, moveAt, originals, restored } = last;
  const recalled = recall(live, undefined);
  return {
    ...recalled,
    statusAt,
    moveAt,
    restored,
    originals: allOriginals(readTarget(live), originals, recalled.originals),
  };
}

/** Whether the state must stand in the annotation before anything is written to members. */
export function mustKeep(object: KubeObject, memory: ScalingMemory, state: PlanState): boolean {
  const isThere = object.metadata.annotations?.[planStateAnnotation] !== undefined;
  return isWorthKeeping(isThere ? memory.kept : undefined, state);
}

/** Older releases did not write the total down beside the spec: what was last asked of all comes close. */
function sumOf(rows: PlanState['rows']): number {
  return Object.values(rows).reduce((sum, { desired }) => sum + desired, 0);
}

/** `kubectl replace` takes the annotations along; the status stays. */
function sumOfStatus(object: KubeObject): number {
  const { memberClusterStatuses = {} } = statusOf(object);
  return Object.values(memberClusterStatuses).reduce((sum, { desiredReplicas }) => sum + desiredReplicas, 0);
}
