import type { KubeObject } from '../api/index.ts';
import { ConflictError, type KubeClient, NotFoundError, type Resource } from '../kube/index.ts';

export interface FinalizerChange {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly object: KubeObject;
  readonly finalizer: string;
  readonly signal: AbortSignal;
  /** Called once the list is another one by our hand. */
  readonly onUpdated?: (() => void) | undefined;
}

/** How often a change is tried again on the live object after a conflict. */
const attempts = 5;

/**
 * Adds our finalizer and leaves all others. Resolves with the object as it then is: without ours where it is being deleted
 * already, because the API accepts none any more. Throws NotFoundError where it is gone, and other KubeErrors.
 */
export function ensureFinalizer(change: FinalizerChange): Promise<KubeObject> {
  return changeFinalizers(change, (finalizers, deleting) =>
    deleting || finalizers.includes(change.finalizer) ? finalizers : [...finalizers, change.finalizer],
  );
}

/** Takes our finalizer away and leaves all others; an object that is gone is as good. Throws KubeErrors. */
export async function removeFinalizer(change: FinalizerChange): Promise<void> {
  try {
    await changeFinalizers(change, (finalizers) =>
      finalizers.includes(change.finalizer)
        ? finalizers.filter((other) => other !== change.finalizer)
        : finalizers,
    );
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/**
 * Patches the list under the version it was read in: a merge patch replaces lists as a whole, so that one written in
 * between would be lost. `decide` returns the list it was given where nothing is to be done.
 */
async function changeFinalizers(
  { client, resource, object, signal, onUpdated }: FinalizerChange,
  decide: (finalizers: readonly string[], deleting: boolean) => readonly string[],
): Promise<KubeObject> {
  let current = object;
  for (let attempt = 1; ; attempt++) {
    const { uid, resourceVersion, deletionTimestamp, finalizers = [] } = current.metadata;
    const wanted = decide(finalizers, deletionTimestamp !== undefined);
    if (wanted === finalizers) return current;
    const body = { metadata: { uid, resourceVersion, finalizers: wanted } };
    try {
      const updated = await client.patch(resource, object.metadata, 'merge', body, { signal });
      onUpdated?.();
      return updated;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
      current = await client.get(resource, object.metadata, { signal });
      if (current.metadata.uid === uid) continue;
      throw new NotFoundError(
        error.context,
        { message: 'another object has taken its name' },
        { cause: error },
      );
    }
  }
}
