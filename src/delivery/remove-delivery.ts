import type { Cluster } from '../clusters/index.ts';
import {
  type Clock,
  ForbiddenError,
  KubeError,
  NotFoundError,
  resources,
  type Resource,
} from '../kube/index.ts';
import { type Anchor, anchorName, type DeliveryOwner, foreignHub, readAnchor } from './anchor.ts';
import { sharedObjects } from './anchor-keeper.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { discoverInventory } from './discover-inventory.ts';
import type { ObjectIdentity } from './identity.ts';
import { isCreatedByOperator, isNamespaceFurniture } from './namespace-ownership.ts';
import { removeObjects } from './remove-objects.ts';

export interface RemoveDeliveryOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  /** Where the anchor is. */
  readonly namespace: string;
  /** What the set's objects are labelled with; needed only for an anchor that lists nothing. */
  readonly selector: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly observer?: DeliveryObserver | undefined;
}

/**
 * Removes everything that the anchor lists, then the namespace where it was made for this delivery and nobody else uses
 * it, and last the anchor itself: until then the list is there for whoever has to begin again. Needs no manifests and
 * nothing remembered. Returns the objects removed; none where there is no anchor, or a foreign one.
 */
export async function removeDelivery(options: RemoveDeliveryOptions): Promise<readonly ObjectIdentity[]> {
  const { owner, cluster, namespace, clock, observer } = options;
  const signal = AbortSignal.any([options.signal, cluster.signal]);
  const { client } = cluster;
  const found = await client
    .get(resources.configMaps, { namespace, name: anchorName(owner) }, { signal })
    .catch(absent);
  if (found === undefined) return [];
  const anchor = readAnchor(found);
  if (foreignHub(anchor, owner) !== undefined) return [];
  const [listed, keep] = await Promise.all([
    anchor.inventory === undefined
      ? discoverInventory(cluster, options.selector, anchor, signal)
      : [...anchor.inventory.values()],
    sharedObjects(cluster, anchor, signal),
  ]);
  const removed = await removeObjects(listed, { cluster, clock, signal, keep, observer });
  await removeNamespaceIfUnused(anchor, options, signal);
  await client
    .delete(resources.configMaps, anchor, { uid: anchor.uid, propagation: 'Background', signal })
    .catch(absent);
  return removed;
}

async function removeNamespaceIfUnused(
  anchor: Anchor,
  { cluster }: RemoveDeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  const namespace = await cluster.client
    .get(resources.namespaces, { name: anchor.namespace }, { signal })
    .catch(absent);
  if (namespace === undefined || !isCreatedByOperator(namespace)) return;
  if (await isUsed(anchor, cluster, signal)) return;
  const { name, uid } = namespace.metadata;
  await cluster.client.delete(resources.namespaces, { name }, { uid, signal }).catch(absent);
}

async function isUsed(anchor: Anchor, cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const listable = (await cluster.client.resources({ signal })).filter((resource) => resource.namespaced);
  const uses = await Promise.all(
    listable.map((resource) => hasUserObjects(resource, anchor, cluster, signal)),
  );
  return uses.includes(true);
}

async function hasUserObjects(
  resource: Resource,
  anchor: Anchor,
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

function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
