import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/index.ts';
import { resources } from '../../kube/index.ts';
import type { PlanState } from '../plan/member-row.ts';
import { planStateText } from '../plan/plan-state-text.ts';
import type { Sight, Workload } from '../workload/workload.ts';
import type { AskedScaling } from './asked-scaling.ts';
import {
  type OriginalReplicas,
  originalsAnnotation,
  readOriginals,
  withFirstSights,
} from './original-replicas.ts';
import { cleanupFinalizer } from './restore-originals.ts';
import { mustKeep, stateAnnotation } from './scaling-memory.ts';
import type { ScalingPass } from './scaling-pass.ts';
import { projectObject } from './total-on-hub.ts';

export interface WorthKeeping {
  readonly state: PlanState;
  readonly asked: Pick<AskedScaling, 'restoresOriginals' | 'fromHub'>;
  readonly sights: ReadonlyMap<string, Sight>;
  /** Whether a member is to get another number than it has. */
  readonly isWriting: boolean;
}

/**
 * Writes down on the object what a restart must know, before anything is written to members, in one write that is refused
 * where anybody has changed the object since it was read: the plan may be made from what another replica has planned
 * further. Resolves with the pass on the object as it then is. Throws KubeErrors; a ConflictError: read it, and plan again.
 */
export async function keepForRestart(pass: ScalingPass, worth: WorthKeeping): Promise<ScalingPass> {
  const { services, object, memory, context } = pass;
  const { uid, resourceVersion } = object.metadata;
  const originals = originalsOf(pass, worth);
  const isUnsure = worth.isWriting && !memory.isCertain;
  const isStateNews = isUnsure || mustKeep(object, memory, worth.state);
  const areOriginalsNews = !isDeepStrictEqual(readOriginals(object), originals);
  const finalizers = finalizersOf(object, worth.asked);
  if (!isStateNews && !areOriginalsNews && finalizers === undefined) return pass;
  const annotations = {
    ...(isStateNews ? { [stateAnnotation]: planStateText(worth.state) } : {}),
    ...(areOriginalsNews ? { [originalsAnnotation]: JSON.stringify(originals) } : {}),
  };
  const patched = await services.hub.patch(
    resources.distributedScaledObjects,
    object.metadata,
    'merge',
    { metadata: { uid, resourceVersion, annotations, ...(finalizers === undefined ? {} : { finalizers }) } },
    { signal: context.signal },
  );
  return {
    ...pass,
    object: projectObject(patched),
    memory: {
      ...memory,
      originals,
      kept: isStateNews ? worth.state : memory.kept,
      isCertain: true,
    },
  };
}

/** What was noted so far, wherever, with what is seen for the first time. */
function originalsOf(pass: ScalingPass, { asked, sights }: WorthKeeping): OriginalReplicas {
  if (!asked.restoresOriginals) return {};
  const { object, memory } = pass;
  return withFirstSights({ ...memory.originals, ...readOriginals(object) }, sights, (place, workload) =>
    hasNumberOfOurs(pass, asked, place, workload),
  );
}

/** How the field managers of deliveries from the hub begin. */
const deliverers = 'wheelwright-dso-';

/** Writes go to a name: what was made anew behind it may have got one before anybody has seen that it is another one. */
function hasNumberOfOurs(
  { services: { writers, fieldManager }, key }: ScalingPass,
  { fromHub }: WorthKeeping['asked'],
  place: string,
  { uid, writer }: Workload,
): boolean {
  if (writers.hasWritten(key, place, uid)) return true;
  // Where only `/scale` is read nobody sees who wrote it; what is missing there comes from the hub, if that delivers it.
  return writer === undefined ? fromHub : writer === fieldManager || writer.startsWith(deliverers);
}

/** The list as it must be; undefined where it is so. */
function finalizersOf(
  { metadata: { finalizers = [] } }: KubeObject,
  { restoresOriginals }: WorthKeeping['asked'],
): readonly string[] | undefined {
  if (finalizers.includes(cleanupFinalizer) === restoresOriginals) return undefined;
  return restoresOriginals
    ? [...finalizers, cleanupFinalizer]
    : finalizers.filter((other) => other !== cleanupFinalizer);
}
