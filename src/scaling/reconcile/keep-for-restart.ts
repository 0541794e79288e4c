import { isDeepStrictEqual } from 'node:util';
import { ensureFinalizer, removeFinalizer } from '../../controller/index.ts';
import { resources } from '../../kube/index.ts';
import type { PlanState } from '../plan/member-row.ts';
import { planStateText } from '../plan/plan-state-text.ts';
import type { Sight } from '../workload/workload.ts';
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
  readonly asked: Pick<AskedScaling, 'restoresOriginals'>;
  readonly sights: ReadonlyMap<string, Sight>;
}

/**
 * Writes down on the object what a restart must know, before anything is written to members. Resolves with the pass on the
 * object as it then is. Throws KubeErrors.
 */
export async function keepForRestart(given: ScalingPass, worth: WorthKeeping): Promise<ScalingPass> {
  const pass = await withFinalizer(given, worth.asked);
  const { services, object, memory, context } = pass;
  const originals = originalsOf(pass, worth);
  const isStateNews = mustKeep(object, memory, worth.state);
  const areOriginalsNews = !isDeepStrictEqual(readOriginals(object), originals);
  if (!isStateNews && !areOriginalsNews) return pass;
  const annotations = {
    ...(isStateNews ? { [stateAnnotation]: planStateText(worth.state) } : {}),
    ...(areOriginalsNews ? { [originalsAnnotation]: JSON.stringify(originals) } : {}),
  };
  const patched = await services.hub.patch(
    resources.distributedScaledObjects,
    object.metadata,
    'merge',
    { metadata: { uid: object.metadata.uid, annotations } },
    { signal: context.signal },
  );
  return {
    ...pass,
    object: projectObject(patched),
    memory: { ...memory, originals, kept: isStateNews ? worth.state : memory.kept },
  };
}

/** What was noted so far, with what is seen for the first time. */
function originalsOf({ memory }: ScalingPass, { asked, sights }: WorthKeeping): OriginalReplicas {
  return asked.restoresOriginals ? withFirstSights(memory.originals, sights) : {};
}

async function withFinalizer(
  pass: ScalingPass,
  { restoresOriginals }: WorthKeeping['asked'],
): Promise<ScalingPass> {
  const { services, object, context } = pass;
  const isThere = object.metadata.finalizers?.includes(cleanupFinalizer) === true;
  if (isThere === restoresOriginals) return pass;
  const change = {
    client: services.hub,
    resource: resources.distributedScaledObjects,
    object,
    finalizer: cleanupFinalizer,
    signal: context.signal,
  };
  if (restoresOriginals) return { ...pass, object: projectObject(await ensureFinalizer(change)) };
  await removeFinalizer(change);
  const finalizers = object.metadata.finalizers?.filter((other) => other !== cleanupFinalizer) ?? [];
  return { ...pass, object: { ...object, metadata: { ...object.metadata, finalizers } } };
}
