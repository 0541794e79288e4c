import type { Cluster } from '../clusters/index.ts';
import { ForbiddenError, KubeError, NotFoundError, type Resource } from '../kube/index.ts';
import { isNamespaceFurniture } from './namespace-ownership.ts';

/** Where an anchor is, or was. */
interface AnchorPlace {
  readonly namespace: string;
  readonly uid?: string;
}

/** Whether anything lives in the anchor's namespace that is not the anchor, and does not go by itself. */
export async function isNamespaceUsed(
  anchor: AnchorPlace,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<boolean> {
  const listable = (await cluster.client.resources({ signal })).filter((resource) => resource.namespaced);
  const uses = await Promise.all(
    listable.map((resource) => hasUserObjects(resource, anchor, cluster, signal)),
  );
  return uses.includes(true);
}

async function hasUserObjects(
  resource: Resource,
  anchor: AnchorPlace,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const options = { namespace: anchor.namespace, metadataOnly: true, signal };
    const { items } = await cluster.client.list(resource, options);
    return items.some(
      (item) => item.metadata.uid !== anchor.uid && !isNamespaceFurniture(resource.kind, item),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotFoundError || (error instanceof KubeError && error.status.httpStatus === 405))
      return false;
    // What cannot be looked at may be there: a namespace too many is better than a user's objects lost.
    if (error instanceof ForbiddenError) return true;
    throw error;
  }
}
