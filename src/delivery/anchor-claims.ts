import { type NamespacedName, objectKey } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { resources } from '../kube/index.ts';
import {
  type Anchor,
  anchorSelector,
  type DeliveryOwner,
  foreignHub,
  readAnchor,
  rivalAnchor,
} from './anchor.ts';
import { ForeignAnchorError, RivalAnchorError } from './delivery-error.ts';
import { identityKey } from './identity.ts';

/** Every anchor and inventory of a cluster, whoever's. */
export async function listAnchors(cluster: Cluster, signal: AbortSignal): Promise<readonly Anchor[]> {
  const options = { labelSelector: anchorSelector, signal };
  const { items } = await cluster.client.list(resources.configMaps, options);
  return items.map(readAnchor);
}

/** Throws ForeignAnchorError where an anchor of our name belongs to another hub. */
export function refuseForeign(anchor: Anchor, owner: DeliveryOwner, cluster: Cluster): void {
  const hub = foreignHub(anchor, owner);
  if (hub !== undefined) throw new ForeignAnchorError(foreign(anchor, hub, cluster));
}

/** Throws ForeignAnchorError or RivalAnchorError where the cluster is taken. */
export function refuseRivals(
  anchors: readonly Anchor[],
  owner: DeliveryOwner,
  own: NamespacedName,
  cluster: Cluster,
): void {
  const rival = rivalAnchor(anchors, owner, own);
  if (rival === undefined) return;
  const hub = foreignHub(rival, owner);
  if (hub !== undefined) throw new ForeignAnchorError(foreign(rival, hub, cluster));
  throw new RivalAnchorError(
    `another ${owner.kind} already manages Knative on cluster "${cluster.name}": its ConfigMap ${objectKey(rival)} is there; ` +
      'delete one of the two',
  );
}

/** Identity keys of cluster-scoped objects listed by any anchor but the given one. */
export function sharedObjects(anchors: readonly Anchor[], own: NamespacedName): ReadonlySet<string> {
  const others = anchors.filter((anchor) => objectKey(anchor) !== objectKey(own));
  const entries = others.flatMap(({ inventory }) => [...(inventory?.values() ?? [])]);
  return new Set(entries.filter(({ namespace }) => namespace === undefined).map(identityKey));
}

function foreign(anchor: Anchor, hub: string, cluster: Cluster): string {
  return (
    `anchor ConfigMap ${objectKey(anchor)} on cluster "${cluster.name}" belongs to another hub (${hub}): ` +
    'remove Knative from that hub first, or delete the annotation operator.knative.dev/hub-uid of the anchor to take it over'
  );
}
