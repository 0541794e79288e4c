import type { KubeObject } from '../api/index.ts';
import { ConflictError, type KubeClient, NotFoundError, type Resource } from '../kube/index.ts';
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
}

/** How often a write is tried again on the live object after a conflict. */
const attempts = 5;

/**
 * Makes the status of an object what a pass over it found, and writes nothing where it is so already. Resolves with the
 * object as it then is, or undefined where it is gone. Throws KubeErrors.
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
}: StatusWrite): Promise<KubeObject | undefined> {
  const patch = mergePatch(object['status'], { ...status, ...observedGeneration(object) });
  if (patch === undefined) return object;
  let current = object;
  try {
    for (let attempt = 1; ; attempt++) {
      const { uid, resourceVersion } = current.metadata;
      const body = { metadata: { uid, resourceVersion }, status: patch };
      try {
        return await client.patch(resource, object.metadata, 'merge', body, {
          signal,
          subresource: 'status',
        });
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === attempts) throw error;
      }
      current = await client.get(resource, object.metadata, { signal });
      if (current.metadata.uid !== uid) return undefined;
      if (tellsOfNewer(current, object)) return current;
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

function tellsOfNewer(live: KubeObject, read: KubeObject): boolean {
  const { observedGeneration } = (live['status'] ?? {}) as { readonly observedGeneration?: unknown };
  return typeof observedGeneration === 'number' && observedGeneration > (read.metadata.generation ?? 0);
}
