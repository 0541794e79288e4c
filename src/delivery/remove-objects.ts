import type { Cluster } from '../clusters/index.ts';
import { type Clock, NotFoundError, type Resource } from '../kube/index.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { DeliveryError, isRefusal, type ObjectFailure } from './delivery-error.ts';
import { describeIdentity, identityKey, type ObjectIdentity } from './identity.ts';
import { removalRank } from './phases.ts';
import { servedResource } from './served-kinds.ts';

export interface RemoveOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Identity keys of objects that somebody else still needs. */
  readonly keep: ReadonlySet<string>;
  readonly observer?: DeliveryObserver | undefined;
  /** How long objects with finalizers may take before this gives up until the next pass. Default 20 s. */
  readonly lingerMs?: number | undefined;
}

/** Some objects are marked for deletion, and something holds them. */
export class StillTerminating extends Error {
  override readonly name = 'StillTerminating';
}

/**
 * Deletes objects in an order in which nothing hinders what comes later, and waits until they are gone. Definitions of
 * kinds stay, because deleting them deletes every object of the kind; namespaces stay, because others live in them.
 * Returns what was deleted. An object that cannot be deleted hinders no other one. Throws DeliveryError,
 * StillTerminating, or the signal's reason.
 */
export async function removeObjects(
  objects: readonly ObjectIdentity[],
  options: RemoveOptions,
): Promise<readonly ObjectIdentity[]> {
  const doomed = objects.filter(
    (object) =>
      object.kind !== 'CustomResourceDefinition' &&
      object.kind !== 'Namespace' &&
      !options.keep.has(identityKey(object)),
  );
  const batches = Map.groupBy(doomed, removalRank);
  const lingering: Lingering[] = [];
  const failures: ObjectFailure[] = [];
  for (const rank of [...batches.keys()].sort((a, b) => a - b)) {
    await removeBatch(batches.get(rank) ?? [], options, { lingering, failures });
    // Without a way to the server it makes no sense to go on.
    if (failures.some(({ error }) => !isRefusal(error))) break;
  }
  if (failures.length > 0) throw new DeliveryError('remove', options.cluster.name, failures);
  await waitUntilGone(lingering, options);
  return doomed;
}

interface Lingering {
  readonly identity: ObjectIdentity;
  readonly resource: Resource;
}

async function removeBatch(
  batch: readonly ObjectIdentity[],
  { cluster, signal, observer }: RemoveOptions,
  found: { readonly lingering: Lingering[]; readonly failures: ObjectFailure[] },
): Promise<void> {
  await Promise.all(
    batch.map(async (identity) => {
      try {
        const resource = await servedResource(identity, cluster.client, signal);
        // Without its kind an object cannot exist either.
        if (resource === undefined) return;
        const answer = await cluster.client.delete(resource, identity, { propagation: 'Background', signal });
        observer?.wrote?.('delete', 'ok');
        if (answer['kind'] !== 'Status') found.lingering.push({ identity, resource });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof NotFoundError) return;
        observer?.wrote?.('delete', 'error');
        found.failures.push({ identity, error: error as Error });
      }
    }),
  );
}

async function waitUntilGone(
  lingering: readonly Lingering[],
  { cluster, clock, signal, lingerMs = 20_000 }: RemoveOptions,
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
      );
    }
    await clock.sleep(200, signal);
  }
}
