import type { Cluster } from '../clusters/index.ts';
import { resources } from '../kube/index.ts';
import { absent } from './absent.ts';
import { type Anchor, anchorName, type DeliveryOwner, hasAnchorName, readAnchor } from './anchor.ts';

/** The anchor of an owner in a namespace; undefined where there is none. Throws KubeErrors. */
export async function ownAnchor({
  owner,
  cluster: { client },
  namespace,
  signal,
}: {
  readonly owner: Pick<DeliveryOwner, 'kind' | 'name' | 'sameCluster'>;
  readonly cluster: Pick<Cluster, 'client'>;
  readonly namespace: string;
  readonly signal: AbortSignal;
}): Promise<Anchor | undefined> {
  if (!hasAnchorName(owner)) return undefined;
  const name = { namespace, name: anchorName(owner) };
  const found = await client.get(resources.configMaps, name, { signal }).catch(absent);
  return found && readAnchor(found);
}
