import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { ConflictError, NotFoundError, resources, type Resource } from '../kube/index.ts';
import { absent } from './absent.ts';
import { type Anchor, anchorAnnotations, type DeliveryOwner, foreignHub, otherOwner } from './anchor.ts';
import type { ObjectIdentity } from './identity.ts';
import { ownAnchor } from './own-anchor.ts';
import { servedResource } from './served-kinds.ts';

export interface ReleaseDeliveryOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  /** Where the inventory is. */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** How often a change is tried again on the live object after a conflict. */
const attempts = 5;

/**
 * Lets everything outlive its owner. On a spoke the anchor stays, and is marked so that the next owner of the kind takes
 * over what it lists; on the owner's own cluster the garbage collector would take everything along. Leaves alone what is
 * somebody else's. Throws KubeErrors.
 */
export async function releaseDelivery(options: ReleaseDeliveryOptions): Promise<void> {
  const { owner, cluster, namespace, signal } = options;
  const anchor = await ownAnchor(options);
  if (anchor === undefined) return;
  if (owner.sameCluster !== true) {
    await markReleased(anchor, options);
    return;
  }
  const entries = [...(anchor.inventory?.values() ?? [])];
  await Promise.all(
    entries
      .filter((entry) => entry.namespace === namespace)
      .map(async (entry) => {
        const resource = await servedResource(entry, cluster.client, signal);
        if (resource !== undefined) await disown(resource, entry, options);
      }),
  );
  // Last, because it lists the others for whoever has to begin again.
  await disown(
    resources.configMaps,
    { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: anchor.name },
    options,
  );
}

async function markReleased(
  anchor: Anchor,
  { owner, cluster: { client }, signal }: ReleaseDeliveryOptions,
): Promise<void> {
  if (foreignHub(anchor, owner) !== undefined || otherOwner(anchor, owner) !== undefined) return;
  const metadata = { uid: anchor.uid, annotations: { [anchorAnnotations.released]: 'true' } };
  const how = { metadataOnly: true, signal };
  await client.patch(resources.configMaps, anchor, 'merge', { metadata }, how).catch(absent);
}

async function disown(
  resource: Resource,
  identity: ObjectIdentity,
  { owner, cluster: { client }, signal }: ReleaseDeliveryOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const how = { metadataOnly: true, signal };
    const object = await client.get(resource, identity, how).catch(absent);
    const metadata = object === undefined ? undefined : withoutOwner(object, owner.uid);
    if (metadata === undefined) return;
    try {
      await client.patch(resource, identity, 'merge', { metadata }, how);
      return;
    } catch (error) {
      if (error instanceof NotFoundError) return;
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
    }
  }
}

function withoutOwner(
  { metadata: { resourceVersion, ownerReferences = [] } }: KubeObject,
  ownerUid: string,
): Readonly<Record<string, unknown>> | undefined {
  const others = ownerReferences.filter(({ uid }) => uid !== ownerUid);
  return others.length === ownerReferences.length ? undefined : { resourceVersion, ownerReferences: others };
}
