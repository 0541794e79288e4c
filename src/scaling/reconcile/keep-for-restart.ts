import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/index.ts';
import { InvalidError, resources } from '../../kube/index.ts';
import type { PlanState } from '../plan/member-row.ts';
import { planStateAnnotation } from '../plan/plan-state-text.ts';
import type { Sight, Workload } from '../workload/workload.ts';
import type { AskedScaling } from './asked-scaling.ts';
import { isCrowded, keptAnnotations, mostAnnotationBytes, type WhatToKeep } from './kept-annotations.ts';
import {
  allOriginals,
  type Originals,
  originalsAnnotation,
  readOriginals,
  targetText,
  withFirstSights,
} from './original-replicas.ts';
import { cleanupFinalizer } from './restore-originals.ts';
import { mustKeep } from './scaling-memory.ts';
import type { ScalingPass } from './scaling-pass.ts';
import { projectObject } from './total-on-hub.ts';

export interface WorthKeeping {
  readonly state: PlanState;
  readonly asked: Pick<AskedScaling, 'restoresOriginals' | 'fromHub' | 'target'>;
  /** Of what was scaled before, and has not got its numbers back. */
  readonly former: Originals;
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
  const what: WhatToKeep = { object, state: worth.state, originals, fromHub: worth.asked.fromHub };
  const isStateNews = isUnsure || mustKeep(object, memory, worth.state) || isCrowded(what);
  const areOriginalsNews = !isDeepStrictEqual(readOriginals(object), originals);
  const finalizers = finalizersOf(object, worth.asked);
  if (!isStateNews && !areOriginalsNews && finalizers === undefined) return pass;

  const write = async (most: number): Promise<ScalingPass> => {
    const kept = keptAnnotations(what, most);
    const annotations = {
      ...(isStateNews && kept.state !== undefined ? { [planStateAnnotation]: kept.state } : {}),
      ...(areOriginalsNews && kept.originals !== undefined ? { [originalsAnnotation]: kept.originals } : {}),
    };
    const after = {
      ...memory,
      originals,
      unkept: kept.finding,
      kept: isStateNews && kept.state !== undefined ? worth.state : memory.kept,
    };
    // Even with nothing to write it tells whether anybody else has changed the object.
    const metadata = {
      uid,
      resourceVersion,
      annotations,
      ...(finalizers === undefined ? {} : { finalizers }),
    };
    const options = { signal: context.signal };
    const patched = await services.hub.patch(
      resources.distributedScaledObjects,
      object.metadata,
      'merge',
      { metadata },
      options,
    );
    return { ...pass, object: projectObject(patched), memory: { ...after, isCertain: true } };
  };
  for (let most = mostAnnotationBytes; ; most = Math.floor(most / 2)) {
    try {
      // Somebody may have more there than can be seen, or a hub take less: half of it does, or half of that.
      return await write(most);
    } catch (error) {
      if (!isTooMuch(error) || most === 0) throw error;
    }
  }
}

/** As the API server says it of the annotations as a whole. */
function isTooMuch(error: unknown): boolean {
  return error instanceof InvalidError && /metadata\.annotations: Too (long|many)/.test(error.status.message);
}

/** What was noted so far, wherever, with what is seen for the first time. */
function originalsOf(pass: ScalingPass, { asked, former, sights }: WorthKeeping): Originals {
  if (!asked.restoresOriginals) return {};
  const { object, memory } = pass;
  const target = targetText(asked.target);
  const known = allOriginals(asked.target, memory.originals, readOriginals(object))[target] ?? {};
  const current = withFirstSights(known, sights, (place, workload) =>
    hasNumberOfOurs(pass, asked, place, workload),
  );
  return Object.keys(current).length === 0 ? former : { ...former, [target]: current };
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
