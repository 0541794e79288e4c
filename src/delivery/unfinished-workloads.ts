import type { KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { anchorName, type DeliveryOwner, hasAnchorName } from './anchor.ts';
import type { DeliveryReport } from './delivery-report.ts';
import { bareIdentity, identityKey, identityOf, type ObjectIdentity } from './identity.ts';
import { ownAnchor } from './own-anchor.ts';
import { rolloutKinds, rolloutOf } from './rollout.ts';

export interface UnfinishedOptions {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  /** Where the anchor is. */
  readonly namespace: string;
  /** What the objects of the owner are labelled with. */
  readonly selector: string;
  readonly signal: AbortSignal;
}

type Waiting = DeliveryReport['waiting'];

/**
 * The workloads of an owner that are not rolled out, as they are on the cluster now: for an installation that nothing
 * is delivered for. It only reads, and needs nothing that a process remembers. Throws KubeErrors.
 */
export async function unfinishedWorkloads(options: UnfinishedOptions): Promise<Waiting> {
  const { owner, namespace } = options;
  const anchor = await ownAnchor(options);
  if (anchor === undefined && owner.sameCluster !== true && hasAnchorName(owner)) {
    const identity = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: anchorName(owner) };
    return [{ identity, rollout: missing('does not exist, and owns all others') }];
  }
  const listed =
    anchor?.inventory === undefined ? undefined : [...anchor.inventory.values()].filter(isWorkload);
  const kinds = listed === undefined ? rolloutKinds : new Set(listed.map(({ kind }) => kind));
  const labelled = await labelledWorkloads(options, kinds);
  const found = new Map(labelled.map((object) => [identityKey(identityOf(object)), object]));
  const wanted = listed ?? ownedBy(labelled, owner.sameCluster === true ? owner.uid : (anchor?.uid ?? ''));
  return wanted
    .map((each) => {
      const identity = bareIdentity(each);
      const object = found.get(identityKey(identity));
      const rollout = object === undefined ? missing('deleted, or without its label') : rolloutOf(object);
      return { identity, rollout };
    })
    .filter(({ rollout }) => rollout.state !== 'complete');
}

async function labelledWorkloads(
  { cluster: { client }, selector, signal }: UnfinishedOptions,
  kinds: ReadonlySet<string>,
): Promise<readonly KubeObject[]> {
  const served = (await client.resources({ signal })).filter(
    ({ group, version, kind }) => group === 'apps' && version === 'v1' && kinds.has(kind),
  );
  const lists = await Promise.all(
    served.map(async (resource) => {
      const { items } = await client.list(resource, { labelSelector: selector, signal });
      // Items of a list need not say what they are.
      return items.map((item) => ({ ...item, apiVersion: 'apps/v1', kind: resource.kind }));
    }),
  );
  return lists.flat();
}

/** The reference operator lists nothing. */
function ownedBy(objects: readonly KubeObject[], uid: string): readonly ObjectIdentity[] {
  return objects
    .filter(({ metadata: { ownerReferences = [] } }) => ownerReferences.some((owner) => owner.uid === uid))
    .map(identityOf);
}

function isWorkload({ apiVersion, kind }: ObjectIdentity): boolean {
  return apiVersion === 'apps/v1' && rolloutKinds.has(kind);
}

function missing(why: string): Waiting[number]['rollout'] {
  return { state: 'progressing', ready: 0, wanted: 1, why };
}
