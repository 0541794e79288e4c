import { type KubeObject, objectKey } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { ForbiddenError } from '../kube/index.ts';
import { absent } from './absent.ts';
import { anchorAnnotations, type DeliveryOwner } from './anchor.ts';
import { bareIdentity, type ObjectIdentity } from './identity.ts';
import type { InventoryEntry } from './inventory.ts';
import { observed, type ObservedObject } from './observed-object.ts';
import { ownAnchor } from './own-anchor.ts';
import { phaseOf } from './phases.ts';
import { type Rollout, rolloutKinds } from './rollout.ts';
import { servedResource } from './served-kinds.ts';
import { type YieldedFields, yieldedOf } from './yielded-fields.ts';

/** One object of an inventory, as it is on the cluster now. */
export type InspectedObject = {
  readonly identity: ObjectIdentity;
} & (
  | {
      readonly state: 'asApplied';
      /** Of workloads only. */
      readonly rollout?: Rollout | undefined;
      /** Field managers that fields of it were left to. */
      readonly leftTo: readonly string[];
    }
  /** Somebody touched fields that were applied; `by` is who wrote last, where that is known. */
  | { readonly state: 'changed'; readonly by?: string | undefined; readonly rollout?: Rollout | undefined }
  /** It was applied, and is not there. */
  | { readonly state: 'missing' }
  /** Its turn has not come. */
  | { readonly state: 'notApplied' }
  /** A Job, which runs once for its name: it may be gone for good, and nobody puts it back. */
  | { readonly state: 'appliedOnce' }
  /** Whoever asks may not see it. */
  | { readonly state: 'unseen'; readonly error: ForbiddenError }
);

export type InspectedDelivery =
  | { readonly anchor: 'absent' }
  /** The reference operator made it, and lists nothing. */
  | { readonly anchor: 'unlisted' }
  /** It belongs to another object, or to that of another hub. */
  | { readonly anchor: 'foreign' }
  /** In the order of the list. */
  | { readonly anchor: 'own'; readonly objects: readonly InspectedObject[] };

export interface InspectDeliveryOptions {
  readonly owner: Pick<DeliveryOwner, 'kind' | 'name' | 'uid' | 'sameCluster'>;
  readonly cluster: Pick<Cluster, 'client'>;
  /** Where the anchor is. */
  readonly namespace: string;
  /** What the objects of the owner are labelled with. */
  readonly selector: string;
  readonly yielded: readonly YieldedFields[];
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/**
 * What an owner has on a cluster, object by object, judged by its inventory alone: it needs no manifests, and it only
 * reads, and but for workloads metadata alone. Throws KubeErrors.
 */
export async function inspectDelivery(options: InspectDeliveryOptions): Promise<InspectedDelivery> {
  const { owner } = options;
  const anchor = await ownAnchor(options);
  if (anchor === undefined) return { anchor: 'absent' };
  const claimedBy = anchor.annotations[anchorAnnotations.ownerUid];
  if (claimedBy !== undefined && claimedBy !== owner.uid) return { anchor: 'foreign' };
  if (anchor.inventory === undefined) return { anchor: 'unlisted' };
  const kinds = Map.groupBy(anchor.inventory.values(), ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const inspected = await Promise.all([...kinds.values()].map((entries) => inspectKind(entries, options)));
  return { anchor: 'own', objects: inspected.flat() };
}

/** `entries` are of one kind. */
async function inspectKind(
  entries: readonly InventoryEntry[],
  options: InspectDeliveryOptions,
): Promise<readonly InspectedObject[]> {
  const { client } = options.cluster;
  const { selector, signal } = options;
  const [{ apiVersion, kind } = { apiVersion: '', kind: '' }] = entries;
  const resource = await servedResource({ apiVersion, kind }, client, signal);
  if (resource === undefined) return entries.map((entry) => inspected(entry, undefined));
  const asked = { metadataOnly: !rolloutKinds.has(kind), signal };
  const named = (object: KubeObject): KubeObject => ({ ...object, apiVersion, kind });
  try {
    const { items } = await client.list(resource, { labelSelector: selector, ...asked });
    const labelled = new Map(items.map((item) => [objectKey(item.metadata), named(item)]));
    return await Promise.all(
      entries.map(async (entry) => {
        // Namespaces need not have the label, and some labels belong to somebody else.
        const object =
          labelled.get(objectKey(entry)) ?? (await client.get(resource, entry, asked).catch(absent));
        return inspected(entry, object === undefined ? undefined : observe(named(object), entry, options));
      }),
    );
  } catch (error) {
    if (!(error instanceof ForbiddenError)) throw error;
    return entries.map((entry) => ({ identity: bareIdentity(entry), state: 'unseen', error }));
  }
}

function observe(
  object: KubeObject,
  entry: InventoryEntry,
  { fieldManager, yielded }: InspectDeliveryOptions,
): ObservedObject {
  return observed(object, fieldManager, yieldedOf(yielded, entry));
}

function inspected(entry: InventoryEntry, seen: ObservedObject | undefined): InspectedObject {
  const identity = bareIdentity(entry);
  if (entry.owned === undefined) return { identity, state: 'notApplied' };
  if (phaseOf(entry) === 'jobs') return { identity, state: 'appliedOnce' };
  if (seen === undefined) return { identity, state: 'missing' };
  const rollout = seen.rollout?.rollout;
  return seen.owned === entry.owned
    ? { identity, state: 'asApplied', rollout, leftTo: namesOf(entry.leftTo) }
    : { identity, state: 'changed', by: seen.lastWriter, rollout };
}

/** As `purposefulOwners` writes them. */
function namesOf(leftTo = ''): readonly string[] {
  return leftTo.split(',').flatMap((owner) => {
    const [name = ''] = owner.split('@', 1);
    return name === '' ? [] : [decoded(name)];
  });
}

/** Anybody who may edit the list may have. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
