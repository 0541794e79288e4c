import { type NamespacedName, objectKey } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { resources } from '../kube/index.ts';
import {
  type Anchor,
  anchorAnnotations,
  anchorSelector,
  type DeliveryOwner,
  foreignHub,
  isReleased,
  otherOwner,
  readAnchor,
  rivalAnchor,
} from './anchor.ts';
import { ForeignAnchorError, RivalAnchorError } from './delivery-error.ts';
import { identityKey } from './identity.ts';
import type { InventoryEntry } from './inventory.ts';

/** Every anchor and inventory of a cluster, or of one of its namespaces, whoever's. */
export async function listAnchors(
  cluster: Cluster,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<readonly Anchor[]> {
  const options = { namespace, labelSelector: anchorSelector, signal };
  const { items } = await cluster.client.list(resources.configMaps, options);
  return items.map(readAnchor);
}

/** Throws ForeignAnchorError or RivalAnchorError where an anchor of our name belongs to somebody else. */
export function refuseForeign(anchor: Anchor, owner: DeliveryOwner, cluster: Cluster): void {
  const hub = foreignHub(anchor, owner);
  if (hub !== undefined) throw new ForeignAnchorError(foreign(anchor, hub, cluster));
  const other = otherOwner(anchor, owner);
  if (other !== undefined) throw new RivalAnchorError(rivalMessage(anchor, owner, cluster));
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
  throw new RivalAnchorError(rivalMessage(rival, owner, cluster));
}

/** Where an owner has to look for the anchors of others. */
export function anchorsNamespace({ namespaced }: DeliveryOwner, namespace: string): string | undefined {
  return namespaced === true ? namespace : undefined;
}

/**
 * Identity keys of cluster-scoped objects listed by any anchor in use but the given one; for an owner that stays in one
 * namespace, of the objects there.
 */
export function sharedObjects(
  anchors: readonly Anchor[],
  own: NamespacedName,
  { namespaced }: Pick<DeliveryOwner, 'namespaced'>,
): ReadonlySet<string> {
  const others = anchors.filter((anchor) => objectKey(anchor) !== objectKey(own) && !isReleased(anchor));
  const entries = others.flatMap(({ inventory }) => [...(inventory?.values() ?? [])]);
  const isShared = ({ namespace }: InventoryEntry): boolean =>
    namespaced === true ? namespace === own.namespace : namespace === undefined;
  return new Set(entries.filter(isShared).map(identityKey));
}

/** Its owner may be gone and have left everything in place on purpose: then nobody is there to be deleted. */
function rivalMessage(rival: Anchor, { kind, soleOfItsKind }: DeliveryOwner, cluster: Cluster): string {
  const { namespace, name, annotations } = rival;
  const ownerNamespace = annotations[anchorAnnotations.ownerNamespace];
  const owner =
    ownerNamespace === undefined
      ? ''
      : ` for ${kind} ${objectKey({ namespace: ownerNamespace, name: ownerNameOf(rival, kind) })}`;
  return (
    `another ${kind} already ${soleOfItsKind === true ? 'manages Knative' : 'delivers this'} on cluster "${cluster.name}": its ConfigMap ${objectKey(rival)} is there${owner}; ` +
    'delete one of the two, or, if the other one is gone, let this one take over what it left with ' +
    `'kubectl annotate configmap -n ${namespace} ${name} ${anchorAnnotations.released}=true' on that cluster`
  );
}

function ownerNameOf({ name }: Anchor, kind: string): string {
  return name.slice(kind.length + 1).replace(/-(root-owner|inventory)$/, '');
}

function foreign(anchor: Anchor, hub: string, cluster: Cluster): string {
  return (
    `anchor ConfigMap ${objectKey(anchor)} on cluster "${cluster.name}" belongs to another hub (${hub}): ` +
    'remove what it installed from that hub first, or delete the annotation operator.knative.dev/hub-uid of the anchor to take it over'
  );
}
