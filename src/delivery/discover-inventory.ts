import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { ForbiddenError, type Resource } from '../kube/index.ts';
import type { Anchor } from './anchor.ts';
import { isBrokenExtension, isUnlistable, preferredVersions } from './apis-at-hand.ts';
import { identityKey, identityOf, type ObjectIdentity } from './identity.ts';
import type { InventoryEntry } from './inventory.ts';
import { referenceManager } from './reference-operator.ts';

export interface DiscoverOptions {
  readonly cluster: Cluster;
  /** What the set's objects are labelled with. */
  readonly selector: string;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * What belongs to an anchor, or to an owner on its own cluster, that nothing lists: objects with the set's label that
 * name it as their owner, and those that it cannot own, because they are cluster-scoped or outside its namespace. For
 * what the reference operator installed, which computes the list from manifests that may be gone, or were never
 * written down.
 */
export async function discoverOwned(
  anchor: Pick<Anchor, 'namespace' | 'uid'>,
  options: DiscoverOptions,
): Promise<readonly ObjectIdentity[]> {
  const found = await listLabelled(options, [options.fieldManager, referenceManager]);
  return found
    .filter((object) => {
      const { namespace, ownerReferences = [] } = object.metadata;
      return namespace === anchor.namespace
        ? ownerReferences.some(({ uid }) => uid === anchor.uid)
        : staysWithoutAnchor(object);
    })
    .map(identityOf);
}

/** The same, listed as applied in a rendering that is none of ours: everything wanted is applied once, but for Jobs. */
export async function discoverInventory(
  anchor: Pick<Anchor, 'namespace' | 'uid'>,
  options: DiscoverOptions,
): Promise<Map<string, InventoryEntry>> {
  const found = await discoverOwned(anchor, options);
  const entries = found
    .filter(({ apiVersion, kind }) => !(apiVersion === 'v1' && kind === 'Namespace'))
    .map((identity): InventoryEntry => ({ ...identity, rendered: '0', owned: 'none' }));
  return new Map(entries.map((entry) => [identityKey(entry), entry]));
}

/**
 * What we wrote, no anchor lists any more and no owner takes along. What only the reference operator wrote is not ours
 * without an anchor that says so: the cluster may have an operator of its own.
 */
export async function discoverLeftovers(options: DiscoverOptions): Promise<readonly ObjectIdentity[]> {
  const found = await listLabelled(options, [options.fieldManager]);
  return found.filter(staysWithoutAnchor).map(identityOf);
}

/** Knative itself makes its namespace the owner of cluster-scoped webhook configurations, which takes nothing along. */
function staysWithoutAnchor({ metadata: { namespace, ownerReferences = [] } }: KubeObject): boolean {
  return namespace === undefined || ownerReferences.length === 0;
}

/** A label alone makes nothing ours, because users copy labels: one of the managers must have written it too. */
async function listLabelled(
  { cluster, selector, signal }: DiscoverOptions,
  managers: readonly string[],
): Promise<readonly KubeObject[]> {
  const served = preferredVersions(await cluster.client.resources({ signal }));
  const lists = await Promise.all(served.map((resource) => list(cluster, resource, selector, signal)));
  return lists
    .flat()
    .filter(({ metadata: { managedFields = [] } }) =>
      managedFields.some(({ manager = '' }) => managers.includes(manager)),
    );
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
    const isOutOfReach = error instanceof ForbiddenError || isBrokenExtension(error, resource);
    if (isOutOfReach || isUnlistable(error)) return [];
    throw error;
  }
}
