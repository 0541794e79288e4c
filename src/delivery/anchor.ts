import { createHash } from 'node:crypto';
import { type KubeObject, type NamespacedName, objectKey, type OwnerReference } from '../api/index.ts';
import { formatInventory, type Inventory, parseInventory } from './inventory.ts';

/** The object on the hub that everything of one delivery belongs to. */
export interface DeliveryOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** uid of the hub's kube-system namespace: tells two hubs with equal names apart. */
  readonly hubUid: string;
  /**
   * True where the delivery is on the owner's own cluster: objects then belong to it directly, and the ConfigMap beside
   * it only keeps the inventory.
   */
  readonly sameCluster?: boolean | undefined;
  /** No cluster takes two deliveries of owners of this kind, whatever their names and hubs. */
  readonly soleOfItsKind?: boolean | undefined;
  /**
   * Everything that it delivers lies in the namespace of the anchor, where other owners may deliver the same objects: no
   * right outside of the namespace is needed, and what another anchor lists as well stays when this owner lets go of it.
   */
  readonly namespaced?: boolean | undefined;
}

export const anchorAnnotations = {
  anchor: 'operator.knative.dev/anchor',
  protected: 'operator.knative.dev/protected',
  description: 'operator.knative.dev/description',
  hubUid: 'operator.knative.dev/hub-uid',
  ownerUid: 'operator.knative.dev/owner-uid',
  ownerNamespace: 'operator.knative.dev/owner-namespace',
  renderedHash: 'operator.knative.dev/rendered-hash',
  released: 'operator.knative.dev/released',
} as const;

export const managedByLabel = 'app.kubernetes.io/managed-by';
/** The reference operator's value, so that either operator finds what the other one made. */
export const managedByValue = 'knative-operator';
const ownerNameLabel = 'operator.knative.dev/cr-name';
const inventoryKey = 'inventory';

/** Selects every anchor of a cluster. */
export const anchorSelector = `${managedByLabel}=${managedByValue}`;

export class AnchorNameTooLong extends Error {
  override readonly name = 'AnchorNameTooLong';
}

/** What a ConfigMap's name may have, in characters. */
const longestName = 253;

type NamedOwner = Pick<DeliveryOwner, 'kind' | 'name' | 'sameCluster'>;

/**
 * Lower-case kind, name of the owner, `root-owner` (`inventory` beside the owner). Throws AnchorNameTooLong for a name
 * that the reference operator could not have either; an inventory is found by nobody else, so its name may be cut.
 */
export function anchorName(owner: NamedOwner): string {
  if (hasAnchorName(owner)) return nameFor(owner);
  throw new AnchorNameTooLong(
    `anchor ConfigMap name "${nameFor(owner)}" exceeds maximum length of ${longestName} characters; shorten the CR name`,
  );
}

export function hasAnchorName(owner: NamedOwner): boolean {
  return nameFor(owner).length <= longestName;
}

function nameFor({ kind, name, sameCluster }: NamedOwner): string {
  const start = `${kind.toLowerCase()}-`;
  if (sameCluster !== true) return `${start}${name}-root-owner`;
  const end = '-inventory';
  return `${start}${shortened(name, longestName - start.length - end.length)}${end}`;
}

/** Labels and annotations that every anchor must carry; others on it are left alone. */
export function anchorMetadata(owner: DeliveryOwner): {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
} {
  const labels = { [managedByLabel]: managedByValue, [ownerNameLabel]: shortened(owner.name, longestLabel) };
  if (owner.sameCluster === true) return { labels, annotations: {} };
  return {
    labels,
    annotations: {
      [anchorAnnotations.anchor]: 'true',
      [anchorAnnotations.protected]: 'true',
      [anchorAnnotations.description]:
        `Owns what ${owner.kind} ${owner.namespace}/${owner.name} of the hub cluster put here and lists it. ` +
        'Deleting it removes all of that. To uninstall, delete the object on the hub.',
      [anchorAnnotations.hubUid]: owner.hubUid,
      [anchorAnnotations.ownerUid]: owner.uid,
      [anchorAnnotations.ownerNamespace]: owner.namespace,
    },
  };
}

export function anchorObject(owner: DeliveryOwner, namespace: string, inventory: Inventory): KubeObject {
  const ownerReferences = owner.sameCluster === true ? { ownerReferences: [ownReference(owner)] } : {};
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: anchorName(owner), namespace, ...anchorMetadata(owner), ...ownerReferences },
    data: { [inventoryKey]: formatInventory(inventory) },
  };
}

/** An anchor as read from a cluster. */
export interface Anchor {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Undefined on an anchor that another operator made: it says nothing about what it owns. */
  readonly inventory: Inventory | undefined;
  /** Hash of the rendering that was applied completely; absent before that. */
  readonly renderedHash: string | undefined;
}

export function readAnchor(object: KubeObject): Anchor {
  const { metadata } = object;
  const text = (object['data'] as Readonly<Record<string, string>> | undefined)?.[inventoryKey];
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    inventory: text === undefined ? undefined : parseInventory(text),
    renderedHash: metadata.annotations?.[anchorAnnotations.renderedHash],
  };
}

/** The merge patch that brings an anchor up to date; guarded by its resourceVersion, so that two writers cannot mix. */
export function anchorPatch(
  anchor: Anchor,
  owner: DeliveryOwner,
  wanted: { readonly inventory: Inventory; readonly renderedHash: string | undefined },
): Readonly<Record<string, unknown>> {
  const { labels, annotations } = anchorMetadata(owner);
  return {
    metadata: {
      resourceVersion: anchor.resourceVersion,
      labels,
      annotations: {
        ...annotations,
        [anchorAnnotations.renderedHash]: wanted.renderedHash ?? null,
        ...(isReleased(anchor) ? { [anchorAnnotations.released]: null } : {}),
      },
    },
    data: { [inventoryKey]: formatInventory(wanted.inventory) },
  };
}

/** True where every label and annotation that must be there is there, and none that says that nobody uses it. */
export function anchorMetadataHolds(anchor: Anchor, owner: DeliveryOwner): boolean {
  const { labels, annotations } = anchorMetadata(owner);
  return !isReleased(anchor) && includes(anchor.labels, labels) && includes(anchor.annotations, annotations);
}

/**
 * False where the reference operator made the anchor, or has had it since it was ours: it puts its own description on it
 * in every pass, and lists nothing of what it installs.
 */
export function isListComplete({ inventory, annotations }: Anchor, owner: DeliveryOwner): boolean {
  const { [anchorAnnotations.description]: description } = anchorMetadata(owner).annotations;
  return inventory !== undefined && annotations[anchorAnnotations.description] === description;
}

/**
 * The hub that an anchor belongs to, where it is not ours. An anchor without the mark was made by the reference
 * operator and may be taken over; another owner uid of the same hub is the same object, created anew.
 */
export function foreignHub(anchor: Anchor, owner: DeliveryOwner): string | undefined {
  const hub = anchor.annotations[anchorAnnotations.hubUid];
  return hub === undefined || hub === owner.hubUid || isReleased(anchor) ? undefined : hub;
}

/** Its owner let go of what it lists, or somebody said so for it: the next owner of the kind takes that over. */
export function isReleased({ annotations }: Pick<Anchor, 'annotations'>): boolean {
  return annotations[anchorAnnotations.released] === 'true';
}

/**
 * The object of this hub that an anchor of our name belongs to, where that is another one: objects of one name in two
 * namespaces may deliver to one namespace of a spoke. An anchor without the mark was made by the reference operator.
 */
export function otherOwner(anchor: Anchor, owner: DeliveryOwner): NamespacedName | undefined {
  const namespace = anchor.annotations[anchorAnnotations.ownerNamespace];
  if (namespace === undefined || namespace === owner.namespace || isReleased(anchor)) return undefined;
  return { namespace, name: owner.name };
}

/** What keeps an owner off a cluster: the anchor, or the inventory, of another owner of a kind that takes a cluster alone. */
export function rivalAnchor(
  anchors: readonly Anchor[],
  owner: DeliveryOwner,
  own: NamespacedName,
): Anchor | undefined {
  if (owner.soleOfItsKind !== true) return undefined;
  const ofItsKind = anchorNameOf(owner.kind);
  return anchors
    .filter(
      (anchor) => ofItsKind.test(anchor.name) && objectKey(anchor) !== objectKey(own) && !isReleased(anchor),
    )
    .sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1))[0];
}

/** Anchors of the owner's kind that nobody uses any more, but for its own: their lists become the owner's. */
export function abandonedAnchors(
  anchors: readonly Anchor[],
  { kind, soleOfItsKind }: DeliveryOwner,
  own: NamespacedName,
): readonly Anchor[] {
  if (soleOfItsKind !== true) return [];
  const ofItsKind = anchorNameOf(kind);
  return anchors.filter(
    (anchor) => ofItsKind.test(anchor.name) && objectKey(anchor) !== objectKey(own) && isReleased(anchor),
  );
}

function anchorNameOf(kind: string): RegExp {
  return new RegExp(`^${kind.toLowerCase()}-.+-(root-owner|inventory)$`);
}

/** What namespaced objects of a delivery carry: the anchor on a spoke, the owner itself on its own cluster. */
export function deliveryOwnerReference(
  owner: DeliveryOwner,
  anchor: Pick<Anchor, 'name' | 'uid'>,
): OwnerReference {
  if (owner.sameCluster === true) return ownReference(owner);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: anchor.name,
    uid: anchor.uid,
    // Of several owners only one may be the controller.
    ...(owner.namespaced === true ? {} : { controller: true }),
    blockOwnerDeletion: true,
  };
}

function ownReference({ apiVersion, kind, name, uid }: DeliveryOwner): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What a label's value may have, in characters. */
const longestLabel = 63;

/** A name that is too long is cut and told apart by a hash. */
function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - hash.length - 1).replace(/[-._]+$/, '')}-${hash}`;
}

function includes(all: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => all[key] === value);
}
