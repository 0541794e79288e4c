import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { ForbiddenError, KubeError, NotFoundError, type Resource } from '../kube/index.ts';
import type { Anchor } from './anchor.ts';
import { identityOf, type ObjectIdentity } from './identity.ts';
import { referenceManager } from './reference-operator.ts';

export interface DiscoverOptions {
  readonly cluster: Cluster;
  /** What the set's objects are labelled with. */
  readonly selector: string;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * What belongs to an anchor that lists nothing: objects with the set's label that name it as their owner, and those
 * that it cannot own, because they are cluster-scoped or outside its namespace. For anchors that the reference operator
 * made, which computes the list from manifests that may be gone.
 */
export async function discoverOwned(
  anchor: Anchor,
  options: DiscoverOptions,
): Promise<readonly ObjectIdentity[]> {
  const found = await listLabelled(options);
  return found
    .filter((object) => {
      const { namespace, ownerReferences = [] } = object.metadata;
      return namespace === anchor.namespace
        ? ownerReferences.some(({ uid }) => uid === anchor.uid)
        : staysWithoutAnchor(object);
    })
    .map(identityOf);
}

/** What no anchor lists any more and no owner takes along. */
export async function discoverLeftovers(options: DiscoverOptions): Promise<readonly ObjectIdentity[]> {
  return (await listLabelled(options)).filter(staysWithoutAnchor).map(identityOf);
}

/** Knative itself makes its namespace the owner of cluster-scoped webhook configurations, which takes nothing along. */
function staysWithoutAnchor({ metadata: { namespace, ownerReferences = [] } }: KubeObject): boolean {
  return namespace === undefined || ownerReferences.length === 0;
}

/** A label alone makes nothing ours: users copy labels. */
function isOperators({ metadata }: KubeObject, { fieldManager }: DiscoverOptions): boolean {
  return (metadata.managedFields ?? []).some(
    ({ manager }) => manager === fieldManager || manager === referenceManager,
  );
}

async function listLabelled(options: DiscoverOptions): Promise<readonly KubeObject[]> {
  const { cluster, selector, signal } = options;
  const served = await cluster.client.resources({ signal });
  const lists = await Promise.all(served.map((resource) => list(cluster, resource, selector, signal)));
  return lists.flat().filter((object) => isOperators(object, options));
}

async function list(
  cluster: Cluster,
  resource: Resource,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  try {
    const { items } = await cluster.client.list(resource, { labelSelector, metadataOnly: true, signal });
    const { group, version, kind } = resource;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    // Metadata comes under a kind of its own.
    return items.map((item) => ({ ...item, apiVersion, kind }));
  } catch (error) {
    signal.throwIfAborted();
    const unlistable = error instanceof NotFoundError || error instanceof ForbiddenError;
    if (unlistable || (error instanceof KubeError && error.status.httpStatus === 405)) return [];
    throw error;
  }
}
