import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { type Clock, resources } from '../kube/index.ts';
import { absent } from './absent.ts';
import { anchorsNamespace, listAnchors, sharedObjects } from './anchor-claims.ts';
import {
  anchorName,
  type DeliveryOwner,
  foreignHub,
  hasAnchorName,
  otherOwner,
  rivalAnchor,
} from './anchor.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { discoverLeftovers, discoverOwned } from './discover-inventory.ts';
import { underEither } from './either-signal.ts';
import type { ObjectIdentity } from './identity.ts';
import { isCreatedByOperator, isMarkedFor } from './namespace-ownership.ts';
import { isNamespaceUsed } from './namespace-use.ts';
import { ownAnchor } from './own-anchor.ts';
import { relinquishNamespace } from './relinquish-namespace.ts';
import { isDelivered, removeObjects } from './remove-objects.ts';

export interface RemoveDeliveryOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  /** Where the anchor is. */
  readonly namespace: string;
  /** What the set's objects are labelled with; needed only where no anchor lists them. */
  readonly selector: string;
  /** There was an anchor once. Where it is gone, and only then, what it listed is looked for. */
  readonly everDelivered: boolean;
  readonly fieldManager: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly observer?: DeliveryObserver | undefined;
}

/**
 * Removes everything that the anchor lists, then the namespace where it was made for a delivery and nobody else uses
 * it, and last the anchor itself: until then the list is there for whoever has to begin again. Needs no manifests and
 * nothing remembered. Returns the objects removed; none where the cluster is somebody else's. Throws DeliveryError,
 * StillTerminating, KubeErrors, or the reason of a signal.
 */
export async function removeDelivery(options: RemoveDeliveryOptions): Promise<readonly ObjectIdentity[]> {
  // Under a name that is too long for an anchor nothing was ever written.
  if (!hasAnchorName(options.owner)) return [];
  return underEither(options.signal, options.cluster.signal, (signal) => remove({ ...options, signal }));
}

async function remove(options: RemoveDeliveryOptions): Promise<readonly ObjectIdentity[]> {
  const { owner, cluster, namespace, signal } = options;
  const name = { namespace, name: anchorName(owner) };
  const [anchor, anchors] = await Promise.all([
    ownAnchor(options),
    listAnchors(cluster, anchorsNamespace(owner, namespace), signal),
  ]);
  const keep = sharedObjects(anchors, name, owner);
  if (anchor === undefined) {
    if (rivalAnchor(anchors, owner, name) !== undefined) return [];
    if (!options.everDelivered) {
      // All that can be there is the namespace: it is made before the anchor.
      await leaveNamespace({ namespace }, options, (object) => isMarkedFor(object, owner));
      return [];
    }
    // Somebody deleted the anchor while nobody watched. What it owned is gone or going; the rest is found by its label.
    // On the owner's own cluster the reference operator makes none.
    const left =
      owner.sameCluster === true
        ? await discoverOwned({ namespace, uid: owner.uid }, options)
        : await discoverLeftovers(options);
    const removed = await removeObjects(left, { ...options, keep });
    await leaveNamespace({ namespace }, options);
    return removed;
  }
  if (foreignHub(anchor, owner) !== undefined || otherOwner(anchor, owner) !== undefined) return [];
  const listed =
    anchor.inventory === undefined ? await discoverOwned(anchor, options) : [...anchor.inventory.values()];
  const isOurs = (object: KubeObject): boolean =>
    isDelivered(object, { fieldManager: options.fieldManager, anchorUid: anchor.uid });
  const removed = await removeObjects(listed, { ...options, keep, isOurs });
  const isGone = await leaveNamespace(anchor, options);
  if (!isGone) await relinquishNamespaces(listed, options);
  await cluster.client
    .delete(resources.configMaps, anchor, { uid: anchor.uid, propagation: 'Background', signal })
    .catch(absent);
  return removed;
}

/** True where the namespace goes: it was created for a delivery, and nobody uses it. */
async function leaveNamespace(
  anchor: { readonly namespace: string; readonly uid?: string },
  { cluster, signal }: RemoveDeliveryOptions,
  isMade: (namespace: KubeObject) => boolean = isCreatedByOperator,
): Promise<boolean> {
  const { client } = cluster;
  const namespace = await client
    .get(resources.namespaces, { name: anchor.namespace }, { signal, metadataOnly: true })
    .catch(absent);
  if (namespace === undefined || !isMade(namespace)) return false;
  if (await isNamespaceUsed(anchor, cluster, signal)) return false;
  const { name, uid } = namespace.metadata;
  await client.delete(resources.namespaces, { name }, { uid, signal }).catch(absent);
  return true;
}

/** A namespace that stays loses what was written on it. */
async function relinquishNamespaces(
  listed: readonly ObjectIdentity[],
  { cluster: { client }, fieldManager, signal }: RemoveDeliveryOptions,
): Promise<void> {
  const namespaces = listed.filter(({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1');
  await Promise.all(
    namespaces.map(({ name }) => relinquishNamespace(name, { client, fieldManager, signal })),
  );
}
