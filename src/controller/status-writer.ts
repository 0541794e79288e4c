import type { KubeObject } from '../api/index.ts';
import { ConflictError, type KubeClient, NotFoundError, type Resource } from '../kube/index.ts';
import { type Conditions, keepTransitionTimes } from './conditions.ts';
import { mergePatch } from './merge-patch.ts';

export type Status = Readonly<Record<string, unknown>>;

export interface StatusWrite {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** The object as it was read when the pass began. */
  readonly object: KubeObject;
  /** The whole status that it should have, made from the one it had, so that fields nobody here knows stay in it. */
  readonly status: Status;
  readonly signal: AbortSignal;
  /** How often it is tried; all but the first time on the live object, after a conflict. Default 5. */
  readonly attempts?: number | undefined;
  /** Whether the status says nothing of the live object, after a conflict: then it is left alone. Default never. */
  readonly isOutdated?: ((live: KubeObject) => boolean) | undefined;
  /** Whether the status has a field for the generation; default true. */
  readonly observesGeneration?: boolean | undefined;
}

export interface StatusWritten {
  /** As it is after the write. */
  readonly object: KubeObject;
  /** Nothing was written, because the object has become another than the one that the status was made for. */
  readonly isOutdated?: boolean;
  /** The status that somebody else had given it since it was read; what a pass finds new may be old by that. */
  readonly overtaken?: Status | undefined;
}

/**
 * Makes the status of an object what a pass over it found, and writes nothing where it is so already. Resolves with the
 * object as it then is, or undefined where it is gone. Throws KubeErrors.
 *
 * Conditions that the live object has in the same status already keep the times they have there.
 *
 * The write is a merge patch of what differs from the status read. A PUT would drop fields that the caller's copy lacks,
 * and server-side apply would leave behind what an earlier release, or the operator this one replaces, wrote under
 * another field manager. `observedGeneration` becomes the generation read, except while the object is being deleted, and
 * never goes back: a status that tells of a newer generation is left alone.
 */
export async function writeStatus({
  client,
  resource,
  object,
  status,
  signal,
  attempts = 5,
  isOutdated = () => false,
  observesGeneration = true,
}: StatusWrite): Promise<StatusWritten | undefined> {
  const generation = observesGeneration ? observedGeneration(object) : {};
  const patch = mergePatch(object['status'], { ...status, ...generation });
  if (patch === undefined) return { object };
  let current = object;
  let overtaken: Status | undefined;
  try {
    for (let attempt = 1; ; attempt++) {
      const { uid, resourceVersion } = current.metadata;
      const body = { metadata: { uid, resourceVersion }, status: onto(overtaken, patch as Status) };
      try {
        const options = { signal, subresource: 'status' } as const;
        const written = await client.patch(resource, object.metadata, 'merge', body, options);
        return { object: written, overtaken };
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === attempts) throw error;
      }
      current = await client.get(resource, object.metadata, { signal });
      if (current.metadata.uid !== uid) return undefined;
      overtaken = statusOf(current);
      if (tellsOfNewer(current, object)) return { object: current, overtaken };
      if (isOutdated(current)) return { object: current, overtaken, isOutdated: true };
    }
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function observedGeneration({ metadata: { generation, deletionTimestamp } }: KubeObject): Status {
  return generation === undefined || deletionTimestamp !== undefined
    ? {}
    : { observedGeneration: generation };
}

/** The patch for a status other than the one it was made for. */
function onto(live: Status | undefined, patch: Status): Status {
  const [before, after] = [live?.['conditions'], patch['conditions']];
  if (!Array.isArray(before) || !Array.isArray(after)) return patch;
  return { ...patch, conditions: keepTransitionTimes(before as Conditions, after as Conditions) };
}

function tellsOfNewer(live: KubeObject, read: KubeObject): boolean {
  const { observedGeneration } = statusOf(live);
  return typeof observedGeneration === 'number' && observedGeneration > (read.metadata.generation ?? 0);
}

function statusOf(object: KubeObject): Status {
  return (object['status'] ?? {}) as Status;
}
