import { groupVersionKind, type OwnerReference } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { ForbiddenError, type Resource } from '../kube/index.ts';
import { isBrokenExtension, isUnlistable, preferredVersions } from './apis-at-hand.ts';
import { fleetingKinds, isNamespaceFurniture } from './namespace-ownership.ts';

/** Where an anchor is, or was. */
interface AnchorPlace {
  readonly namespace: string;
  readonly uid?: string;
}

/**
 * Whether anything lives in the anchor's namespace that is not the anchor, and does not go by itself. What cannot be
 * looked at, because nobody may or its API does not work, may be there: a namespace too many is better than a user's
 * objects lost. Throws KubeErrors where the cluster itself cannot be asked.
 */
export async function isNamespaceUsed(
  anchor: AnchorPlace,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<boolean> {
  const served = await cluster.client.resources({ signal });
  const namespaced = new Set(served.filter((resource) => resource.namespaced).map(kindKey));
  const isNamespaced = (owner: OwnerReference): boolean => namespaced.has(kindKey(groupVersionKind(owner)));
  const uses = await Promise.all(
    preferredVersions(served)
      .filter((resource) => resource.namespaced && !fleetingKinds.has(resource.kind))
      .map((resource) => hasUserObjects(resource, isNamespaced, anchor, cluster, signal)),
  );
  return uses.includes(true);
}

async function hasUserObjects(
  resource: Resource,
  isNamespaced: (owner: OwnerReference) => boolean,
  anchor: AnchorPlace,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const options = { namespace: anchor.namespace, metadataOnly: true, signal };
    const { items } = await cluster.client.list(resource, options);
    return items.some(
      (item) => item.metadata.uid !== anchor.uid && !isNamespaceFurniture(resource.kind, item, isNamespaced),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (isUnlistable(error)) return false;
    if (error instanceof ForbiddenError || isBrokenExtension(error, resource)) return true;
    throw error;
  }
}

function kindKey({ group, kind }: Pick<Resource, 'group' | 'kind'>): string {
  return `${kind}.${group}`;
}
