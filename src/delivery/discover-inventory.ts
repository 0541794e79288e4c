import type { Cluster } from '../clusters/index.ts';
import { ForbiddenError, KubeError, NotFoundError, type Resource } from '../kube/index.ts';
import type { Anchor } from './anchor.ts';
import { identityOf, type ObjectIdentity } from './identity.ts';

/**
 * What an anchor that lists nothing owns: every object of the cluster with the set's label that is cluster-scoped, lies
 * outside the anchor's namespace, or names the anchor as its owner. For anchors that the reference operator made, which
 * computes the list from manifests that may be gone.
 */
export async function discoverInventory(
  cluster: Cluster,
  selector: string,
  anchor: Anchor,
  signal: AbortSignal,
): Promise<readonly ObjectIdentity[]> {
  const served = await cluster.client.resources({ signal });
  const found = await Promise.all(
    served.map((resource) => listLabelled(cluster, resource, selector, signal)),
  );
  return found.flat().flatMap(({ identity, owners }) => {
    const mine = identity.namespace !== anchor.namespace || owners.includes(anchor.uid);
    return mine ? [identity] : [];
  });
}

async function listLabelled(
  cluster: Cluster,
  resource: Resource,
  labelSelector: string,
  signal: AbortSignal,
): Promise<{ readonly identity: ObjectIdentity; readonly owners: readonly string[] }[]> {
  try {
    const { items } = await cluster.client.list(resource, { labelSelector, metadataOnly: true, signal });
    const { group, version, kind } = resource;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return items.map((item) => ({
      identity: { ...identityOf(item), apiVersion, kind },
      owners: (item.metadata.ownerReferences ?? []).map((owner) => owner.uid),
    }));
  } catch (error) {
    signal.throwIfAborted();
    const unlistable = error instanceof NotFoundError || error instanceof ForbiddenError;
    if (unlistable || (error instanceof KubeError && error.status.httpStatus === 405)) return [];
    throw error;
  }
}
