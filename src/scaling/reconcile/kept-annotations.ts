import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/index.ts';
import {
  deliveredAnnotation,
  deliveredPlacesText,
  readDeliveredPlaces,
} from '../delivery-from-hub/delivered-places.ts';
import { engineStateAnnotation } from '../engine/engine-state-annotation.ts';
import type { Finding } from '../plan/finding.ts';
import type { PlanState } from '../plan/member-row.ts';
import {
  barePlanStateText,
  type LeftOut,
  planStateAnnotation,
  planStateWithin,
} from '../plan/plan-state-text.ts';
import { type Originals, originalsAnnotation, readOriginals } from './original-replicas.ts';

/** What an API server takes of all annotations of one object together: keys and values, in bytes. */
export const mostAnnotationBytes = 256 * 1024;

/** The changes that the engine `builtin` counts, at their most. */
const engineStateBytes = 36 * 1024;

/** What `kubectl apply` remembers beside the spec. */
const manifestBytes = 1024;

export interface WhatToKeep {
  readonly object: KubeObject;
  readonly state: PlanState;
  readonly originals: Originals;
  /** Whether the workload is delivered to members, which is written down too. */
  readonly fromHub: boolean;
}

export interface KeptAnnotations {
  /** Undefined where there is no room for any. */
  readonly state: string | undefined;
  /** Undefined where those that are there have to do. */
  readonly originals: string | undefined;
  /** What is left out; undefined where nothing is. */
  readonly finding: Finding | undefined;
}

/**
 * What a restart must know, as far as there is room for it in `most` bytes beside all that others have there or are going to
 * write. What can be seen again gives way first: members that simply serve, then the clocks of the others, and only then the
 * first numbers of members, of which those that are there stay.
 */
export function keptAnnotations(what: WhatToKeep, most = mostAnnotationBytes): KeptAnnotations {
  const { object, state } = what;
  const present = object.metadata.annotations ?? {};
  const room = most - reservedBytes(what) - Buffer.byteLength(planStateAnnotation);
  const originals = JSON.stringify(what.originals);
  const within = (kept: string | undefined): ReturnType<typeof planStateWithin> =>
    planStateWithin(state, room - sizeOf(originalsAnnotation, kept));
  const whole = within(originals);
  if (whole !== undefined) return { state: whole.text, originals, finding: findingOf(whole.leavesOut) };
  const rest = within(present[originalsAnnotation]);
  // Whatever else there is: what is less than before is never refused for its size.
  const bare = barePlanStateText(state);
  const isLess = bare.length < (present[planStateAnnotation]?.length ?? 0);
  const isKnown = isDeepStrictEqual(readOriginals(object), what.originals);
  return {
    state: rest?.text ?? (isLess ? bare : undefined),
    originals: undefined,
    finding: findingOf(isKnown ? 'clocks' : 'numbers'),
  };
}

/** Whether the annotations are so many that what is kept of the plan has to give way to what is written by others. */
export function isCrowded(what: WhatToKeep): boolean {
  const { annotations = {} } = what.object.metadata;
  const { [planStateAnnotation]: state, [originalsAnnotation]: originals } = annotations;
  if (state === undefined) return false;
  const ours = sizeOf(planStateAnnotation, state) + sizeOf(originalsAnnotation, originals);
  // What others write has room beside so little.
  return ours > mostAnnotationBytes / 4 && ours + reservedBytes(what) > mostAnnotationBytes;
}

/** Of all other annotations, as they are or may become. */
function reservedBytes({ object, state, fromHub }: WhatToKeep): number {
  const {
    [planStateAnnotation]: _state,
    [originalsAnnotation]: _originals,
    [engineStateAnnotation]: engine = '',
    [deliveredAnnotation]: delivered = '',
    ...others
  } = object.metadata.annotations ?? {};
  const foreign = Object.entries(others).reduce((sum, [name, value]) => sum + sizeOf(name, value), 0);
  return (
    foreign +
    sizeOf(engineStateAnnotation, '') +
    Math.max(engineStateBytes, Buffer.byteLength(engine)) +
    (fromHub ? sizeOf(deliveredAnnotation, everywhere(object, state)) : Buffer.byteLength(delivered)) +
    // An object is read without what kubectl remembers of it.
    manifestBytes +
    Buffer.byteLength(JSON.stringify(object['spec'] ?? {}))
  );
}

function everywhere(object: KubeObject, { rows }: PlanState): string {
  const wanted = Object.values(rows).flatMap(({ id, namespace }) =>
    id === undefined ? [] : [{ member: id, namespace }],
  );
  return deliveredPlacesText([...readDeliveredPlaces(object), ...wanted]) ?? '';
}

/** In bytes; an annotation without a value is not there. */
function sizeOf(name: string, value: string | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(name) + Buffer.byteLength(value);
}

const messages = {
  serving: 'a member that serves and is lost during a restart is replaced without a grace period',
  clocks: 'outages and returns begin anew after a restart',
  numbers: 'members seen from now on may not get their first numbers back',
} as const;

function findingOf(lost: LeftOut | 'numbers' | undefined): Finding | undefined {
  if (lost === undefined) return undefined;
  return {
    reason: 'AnnotationsFull',
    message: `The annotations of the object have no room for all that a restart must know: ${messages[lost]}.`,
  };
}
