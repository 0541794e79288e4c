import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { KubeError, NotFoundError, resources } from '../kube/index.ts';
import { absent } from './absent.ts';
import { abandonedAnchors, type Anchor, anchorName, type DeliveryOwner, isListComplete } from './anchor.ts';
import {
  anchorsNamespace,
  listAnchors,
  refuseForeign,
  refuseRivals,
  sharedObjects,
} from './anchor-claims.ts';
import { applyObject } from './apply-object.ts';
import { comparableObject } from './comparable-object.ts';
import type { FieldConflict } from './conflict.ts';
import { isRefusal, NamespaceTerminatingError } from './delivery-error.ts';
import type { DeliverySet } from './delivery-set.ts';
import { discoverInventory } from './discover-inventory.ts';
import { bareIdentity, identityKey, type ObjectIdentity } from './identity.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';
import { createdNamespace, isCreatedForUs } from './namespace-ownership.ts';
import { ownAnchor } from './own-anchor.ts';
import type { DesiredObject } from './plan.ts';
import { prepareSet } from './prepared-set.ts';
import { rehearse } from './rehearsal.ts';
import { relinquished } from './relinquish-namespace.ts';
import { isDelivered, isRemovable, isUnapplied } from './remove-objects.ts';
import { servedResource } from './served-kinds.ts';

/** What a delivery would do with one object; see `comparableObject` for what is shown of it. */
export type PreviewedObject = {
  readonly identity: ObjectIdentity;
} & (
  | { readonly action: 'none' }
  /** `after` is what is sent: what the server makes of it shows when it is there. */
  | { readonly action: 'create'; readonly after: KubeObject }
  | { readonly action: 'change'; readonly before: KubeObject; readonly after: KubeObject }
  | { readonly action: 'remove'; readonly before: KubeObject }
  /** The server would not take it. */
  | { readonly action: 'refused'; readonly error: KubeError }
) & {
    /** Fields that would stay with somebody who owns them on purpose. */
    readonly left?: readonly FieldConflict[];
    /** True where the reference operator still holds fields of it, which would become ours. */
    readonly takenOver?: true;
    /** True where it is drift, which the delivery would tell and leave as it is. */
    readonly reportedOnly?: true;
  };

export interface PreviewOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
  /** See `DeliverOptions`. */
  readonly mendsDrift?: boolean | undefined;
  /** See `DeliverOptions`. */
  readonly everDelivered?: boolean | undefined;
  /** Told whenever one more object of so many has been looked at. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Stands for the uid of an owner that is not there yet, because an API server takes no empty one. */
const nobodysUid = '00000000-0000-0000-0000-000000000000';

/**
 * What `deliver` would change on a cluster, by server-side dry runs: nothing is written. Objects come in the order of
 * the set, then those that would be removed. What the rollout of others would change later is not foreseen, nor which
 * fields go after a takeover because the reference operator alone held them. Throws
 * AnchorNameTooLong, ForeignAnchorError, RivalAnchorError, NamespaceTerminatingError, NoMatchError where the cluster
 * does not serve a kind, other KubeErrors where it cannot be asked, or the reason of the signal.
 */
export async function previewDelivery(
  set: DeliverySet,
  options: PreviewOptions,
): Promise<readonly PreviewedObject[]> {
  const { cluster, signal } = options;
  const owner = options.owner.uid === '' ? { ...options.owner, uid: nobodysUid } : options.owner;
  const target = await readTarget(set, owner, options);
  const { anchor, namespace } = target;
  const { desired } = await prepareSet(set, { owner, anchor, namespace, client: cluster.client, signal });
  const recorded = new Map([...(await unlisted(set, target, options)), ...recordedBy(target, owner)]);
  const wanted = new Set(desired.map(({ identity }) => identityKey(identity)));
  const obsolete = [...recorded].filter(([key]) => !wanted.has(key)).map(([, entry]) => entry);
  const keep = sharedObjects(target.anchors, anchor, owner);

  let done = 0;
  const counted = async (looking: Promise<PreviewedObject>): Promise<PreviewedObject> => {
    const seen = await looking;
    options.onProgress?.(++done, desired.length + obsolete.length);
    return seen;
  };
  return Promise.all([
    ...desired.map((object) => counted(previewObject(object, recorded, options))),
    ...obsolete.map((entry) => counted(previewRemoval(entry, { keep, anchorUid: anchor.uid }, options))),
  ]);
}

interface Target {
  readonly anchor: Anchor;
  readonly anchors: readonly Anchor[];
  /** What is to be kept of the Namespace, if anything. */
  readonly namespace: KubeObject | undefined;
}

async function readTarget(
  set: DeliverySet,
  owner: DeliveryOwner,
  { cluster, signal }: PreviewOptions,
): Promise<Target> {
  const { client } = cluster;
  const namespace = set.namespace.object.metadata.name;
  const name = { namespace, name: anchorName(owner) };
  const [found, anchors, current] = await Promise.all([
    ownAnchor({ owner, cluster, namespace, signal }),
    listAnchors(cluster, anchorsNamespace(owner, namespace), signal),
    client.get(resources.namespaces, { name: namespace }, { signal, metadataOnly: true }).catch(absent),
  ]);
  if (found !== undefined) refuseForeign(found, owner, cluster);
  refuseRivals(anchors, owner, name, cluster);
  if (current?.metadata.deletionTimestamp !== undefined)
    throw new NamespaceTerminatingError(
      `namespace ${namespace} on cluster "${cluster.name}" is being deleted; nothing can be put into it before it is gone`,
    );
  const isOurs = current === undefined || isCreatedForUs(current, owner);
  const kept = isOurs ? createdNamespace(set.namespace.object, owner) : set.namespace.kept;
  return { anchor: found ?? noAnchor(name), anchors, namespace: kept };
}

/** What is there without being listed, because the reference operator installed it and keeps no list. */
async function unlisted(
  { selector }: DeliverySet,
  { anchor }: Target,
  { owner, cluster, fieldManager, everDelivered = false, signal }: PreviewOptions,
): Promise<Inventory> {
  const options = { cluster, fieldManager, selector, signal };
  if (anchor.uid !== nobodysUid)
    return isListComplete(anchor, owner) ? new Map() : discoverInventory(anchor, options);
  if (owner.sameCluster !== true || owner.uid === '' || !everDelivered) return new Map();
  return discoverInventory({ namespace: anchor.namespace, uid: owner.uid }, options);
}

/** With what anchors list that nobody uses any more: the owner takes that over. */
function recordedBy({ anchor, anchors }: Target, owner: DeliveryOwner): Inventory {
  const inherited = abandonedAnchors(anchors, owner, anchor).flatMap(({ inventory }) => [
    ...(inventory ?? []),
  ]);
  // What had another owner is applied again, to get the new one.
  const entries = inherited.map(([key, { owned, ...entry }]) =>
    entry.namespace === undefined ? ([key, { ...entry, owned }] as const) : ([key, entry] as const),
  );
  return new Map([...entries, ...(anchor.inventory ?? [])]);
}

function noAnchor(name: { readonly namespace: string; readonly name: string }): Anchor {
  return {
    ...name,
    uid: nobodysUid,
    resourceVersion: '',
    labels: {},
    annotations: {},
    inventory: undefined,
    renderedHash: undefined,
  };
}

async function previewObject(
  wanted: DesiredObject,
  recorded: Inventory,
  options: PreviewOptions,
): Promise<PreviewedObject> {
  const { identity, phase } = wanted;
  const entry = recorded.get(identityKey(identity));
  const wasApplied = entry?.owned !== undefined;
  // A Job runs once for its name, whatever became of it.
  if (phase === 'jobs' && wasApplied) return { identity, action: 'none' };
  const previewed = await previewApply(wanted, options);
  const isDrift = wasApplied && entry.rendered === wanted.rendered;
  if (options.mendsDrift !== false || !isDrift || previewed.action === 'none') return previewed;
  // Nobody sends it, so that nobody refuses it.
  return previewed.action === 'refused' ? { identity, action: 'none' } : { ...previewed, reportedOnly: true };
}

async function previewApply(
  { identity, object, resource, yielded }: DesiredObject,
  { cluster, fieldManager, signal }: PreviewOptions,
): Promise<PreviewedObject> {
  const { client } = cluster;
  const before = await client.get(resource, object.metadata, { signal }).catch(absent);
  const rehearsal = rehearse(client);
  try {
    const options = { client: rehearsal.client, resource, fieldManager, yielded, signal };
    const { left, inherits } = await applyObject(object, options);
    const after = rehearsal.outcome();
    if (before === undefined || after === undefined)
      return { identity, action: 'create', after: withoutNobody(object) };
    const note = inherits === undefined ? {} : { takenOver: true as const };
    return { ...changeOf(identity, before, withoutNobody(after)), left, ...note };
  } catch (error) {
    // Its namespace, or its kind, would be made first.
    if (error instanceof NotFoundError && before === undefined)
      return { identity, action: 'create', after: withoutNobody(object) };
    if (error instanceof KubeError && isRefusal(error)) return { identity, action: 'refused', error };
    throw error;
  }
}

async function previewRemoval(
  entry: InventoryEntry,
  { keep, anchorUid }: { readonly keep: ReadonlySet<string>; readonly anchorUid: string },
  { cluster, fieldManager, signal }: PreviewOptions,
): Promise<PreviewedObject> {
  const { client } = cluster;
  const identity = bareIdentity(entry);
  const resource = await servedResource(identity, client, signal);
  if (resource === undefined) return { identity, action: 'none' };
  const before = await client.get(resource, identity, { signal }).catch(absent);
  if (before === undefined) return { identity, action: 'none' };
  if (isUnapplied(entry) && !isDelivered(before, { fieldManager, anchorUid }))
    return { identity, action: 'none' };
  if (isRemovable(identity, keep)) return { identity, action: 'remove', before: comparableObject(before) };
  const metadata = identity.kind === 'Namespace' ? relinquished(before, fieldManager) : undefined;
  if (metadata === undefined) return { identity, action: 'none' };
  const how = { fieldManager, dryRun: true, signal };
  const after = await client.patch(resource, identity, 'merge', { metadata }, how);
  return changeOf(identity, before, after);
}

function changeOf(identity: ObjectIdentity, live: KubeObject, wanted: KubeObject): PreviewedObject {
  const [before, after] = [comparableObject(live), comparableObject(wanted)];
  return isDeepStrictEqual(before, after)
    ? { identity, action: 'none' }
    : { identity, action: 'change', before, after };
}

/** An owner that is not there has no uid to show. */
function withoutNobody(object: KubeObject): KubeObject {
  const { ownerReferences } = object.metadata;
  if (ownerReferences?.some(({ uid }) => uid === nobodysUid) !== true) return object;
  const shown = ownerReferences.map((owner) => (owner.uid === nobodysUid ? { ...owner, uid: '' } : owner));
  return { ...object, metadata: { ...object.metadata, ownerReferences: shown } };
}
