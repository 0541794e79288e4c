import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { type Clock, ConflictError, NotFoundError, type Resource, ServerError } from '../kube/index.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { DeliveryError, isRefusal, type ObjectFailure } from './delivery-error.ts';
import { stopGathering } from './gathering-roles.ts';
import { describeIdentity, identityKey, type ObjectIdentity } from './identity.ts';
import type { InventoryEntry } from './inventory.ts';
import { removalRank } from './phases.ts';
import { servedResource } from './served-kinds.ts';

export interface RemoveOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Identity keys of objects that somebody else still needs. */
  readonly keep: ReadonlySet<string>;
  readonly observer?: DeliveryObserver | undefined;
  /** How long objects with finalizers may take before this gives up until the next pass. Default 5 s. */
  readonly lingerMs?: number | undefined;
  /** Tells of an object that may never have been applied whether it is ours. Default: it is. */
  readonly isOurs?: ((object: KubeObject) => boolean) | undefined;
}

/** An object that goes, or a line of an inventory, which may be there before its object has been applied. */
export type RemovableObject = ObjectIdentity | InventoryEntry;

/** Some objects are marked for deletion, and something holds them. Everything else that was to go is gone. */
export class StillTerminating extends Error {
  override readonly name = 'StillTerminating';
  readonly objects: readonly ObjectIdentity[];

  constructor(message: string, objects: readonly ObjectIdentity[] = []) {
    super(message);
    this.objects = objects;
  }
}

/**
 * Deletes objects in an order in which nothing hinders what comes later, and waits until they are gone. Definitions of
 * kinds stay, because deleting them deletes every object of the kind; namespaces stay, because others live in them.
 * Returns what was deleted. An object that cannot be deleted hinders no other one. Throws DeliveryError,
 * StillTerminating, or the signal's reason.
 */
export async function removeObjects(
  objects: readonly RemovableObject[],
  options: RemoveOptions,
): Promise<readonly ObjectIdentity[]> {
  const doomed = objects.filter((object) => isRemovable(object, options.keep));
  const batches = Map.groupBy(doomed, removalRank);
  const lingering: Lingering[] = [];
  const failures: ObjectFailure[] = [];
  for (const rank of [...batches.keys()].sort((a, b) => a - b)) {
    const batch = batches.get(rank) ?? [];
    for (const part of await inOrder(batch, options)) {
      await removeBatch(part, options, { lingering, failures });
      // Without a way to the server it makes no sense to go on.
      if (failures.some(({ error }) => !isRefusal(error) && !(error instanceof ServerError)))
        throw new DeliveryError('remove', options.cluster.name, failures);
    }
  }
  if (failures.length > 0) throw new DeliveryError('remove', options.cluster.name, failures);
  await waitUntilGone(lingering, options);
  return doomed;
}

/** Roles that gather from others go before those while they do, and after them when they do no more. */
async function inOrder(
  batch: readonly RemovableObject[],
  { cluster, signal, isOurs = () => true }: RemoveOptions,
): Promise<readonly (readonly RemovableObject[])[]> {
  const mayChange = (object: RemovableObject, role: KubeObject): boolean =>
    !isUnapplied(object) || isOurs(role);
  const { stopped, gathering } = await stopGathering(batch, cluster, mayChange, signal);
  const parts = Map.groupBy(batch, (object) => {
    const key = identityKey(object);
    if (gathering.has(key)) return 'first';
    return stopped.has(key) ? 'last' : 'others';
  });
  return (['first', 'others', 'last'] as const).map((part) => parts.get(part) ?? []);
}

/** `keep` has the identity keys of objects that somebody else still needs. */
export function isRemovable(object: ObjectIdentity, keep: ReadonlySet<string>): boolean {
  const stays = object.kind === 'CustomResourceDefinition' || object.kind === 'Namespace';
  return !stays && !keep.has(identityKey(object));
}

/**
 * Whether an object is of a delivery: because our manager has written it, or because it belongs to the anchor. For
 * lines of objects that were listed, and then perhaps refused: what has the name may be somebody else's.
 */
export function isDelivered(
  { metadata: { managedFields = [], ownerReferences = [] } }: KubeObject,
  { fieldManager, anchorUid }: { readonly fieldManager: string; readonly anchorUid: string | undefined },
): boolean {
  return (
    managedFields.some(({ manager }) => manager === fieldManager) ||
    ownerReferences.some(({ uid }) => uid === anchorUid)
  );
}

/** Listed, and perhaps never applied. */
export function isUnapplied(object: RemovableObject): boolean {
  return 'rendered' in object && object.owned === undefined;
}

interface Lingering {
  readonly identity: ObjectIdentity;
  readonly resource: Resource;
}

async function removeBatch(
  batch: readonly RemovableObject[],
  { cluster, signal, observer, isOurs = () => true }: RemoveOptions,
  found: { readonly lingering: Lingering[]; readonly failures: ObjectFailure[] },
): Promise<void> {
  await Promise.all(
    batch.map(async (identity) => {
      let uid: string | undefined;
      try {
        const resource = await servedResource(identity, cluster.client, signal);
        // Without its kind an object cannot exist either.
        if (resource === undefined) return;
        if (isUnapplied(identity)) {
          const object = await cluster.client.get(resource, identity, { metadataOnly: true, signal });
          if (!isOurs(object)) return;
          uid = object.metadata.uid;
        }
        const how = { propagation: 'Background', uid, signal } as const;
        const answer = await cluster.client.delete(resource, identity, how);
        observer?.wrote?.('delete', 'ok');
        if (answer['kind'] !== 'Status') found.lingering.push({ identity, resource });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof NotFoundError) return;
        // Another object has the name now.
        if (uid !== undefined && error instanceof ConflictError) return;
        observer?.wrote?.('delete', 'error');
        found.failures.push({ identity, error: error as Error });
      }
    }),
  );
}

async function waitUntilGone(
  lingering: readonly Lingering[],
  { cluster, clock, signal, lingerMs = 5_000 }: RemoveOptions,
): Promise<void> {
  const deadline = clock.monotonic() + lingerMs;
  let left = lingering;
  while (left.length > 0) {
    const there = await Promise.all(
      left.map(({ identity, resource }) =>
        cluster.client.get(resource, identity, { metadataOnly: true, signal }).then(
          () => true,
          (error: unknown) => {
            if (error instanceof NotFoundError) return false;
            throw error;
          },
        ),
      ),
    );
    left = left.filter((_, index) => there[index]);
    if (left.length === 0) return;
    if (clock.monotonic() > deadline) {
      const names = left.slice(0, 5).map(({ identity }) => describeIdentity(identity));
      const more = left.length > 5 ? ` and ${left.length - 5} more` : '';
      throw new StillTerminating(
        `still terminating on cluster "${cluster.name}": ${names.join(', ')}${more}`,
        left.map(({ identity }) => identity),
      );
    }
    await clock.sleep(200, signal);
  }
}
