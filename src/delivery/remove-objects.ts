import { groupVersionKind } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { type Clock, NoMatchError, NotFoundError, type Resource } from '../kube/index.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { DeliveryError, type ObjectFailure } from './delivery-error.ts';
import { describeIdentity, identityKey, type ObjectIdentity } from './identity.ts';
import { removalRank } from './phases.ts';

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
 * Returns what was deleted. Throws DeliveryError, StillTerminating, or the signal's reason.
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
  for (const rank of [...batches.keys()].sort((a, b) => a - b)) {
    lingering.push(...(await removeBatch(batches.get(rank) ?? [], options)));
  }
  await waitUntilGone(lingering, options);
  return doomed;
}

interface Lingering {
  readonly identity: ObjectIdentity;
  readonly resource: Resource;
}

async function removeBatch(batch: readonly ObjectIdentity[], options: RemoveOptions): Promise<Lingering[]> {
  const { cluster, signal, observer } = options;
  const failures: ObjectFailure[] = [];
  const lingering: Lingering[] = [];
  await Promise.all(
    batch.map(async (identity) => {
      try {
        const resource = await cluster.client.resourceFor(groupVersionKind(identity), { signal });
        const answer = await cluster.client.delete(resource, identity, { propagation: 'Background', signal });
        observer?.wrote?.('delete', 'ok');
        if (answer['kind'] !== 'Status') lingering.push({ identity, resource });
      } catch (error) {
        signal.throwIfAborted();
        // Without its kind an object cannot exist either.
        if (error instanceof NotFoundError || error instanceof NoMatchError) return;
        observer?.wrote?.('delete', 'error');
        failures.push({ identity, error: error as Error });
      }
    }),
  );
  if (failures.length > 0) throw new DeliveryError('remove', cluster.name, failures);
  return lingering;
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
