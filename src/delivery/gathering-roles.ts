import { groupVersionKind, type KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import { servedResource } from './served-kinds.ts';

/** ClusterRoles among the objects that gathered their rules from others, by identity key. */
export interface GatheringRoles {
  /** Those that gather no more. They can go at any time after the others. */
  readonly stopped: ReadonlySet<string>;
  /** Those that could not be changed. They must go before the others. */
  readonly gathering: ReadonlySet<string>;
}

/**
 * Has the ClusterRoles among the objects gather no more before they are deleted. The controller of Kubernetes that gathers
 * works on all of them after a change of any role and applies what it has gathered: a role that is deleted meanwhile is made
 * again, empty and nobody's. What it sees of roles is in order, so that after this change no later one makes it work on them.
 * `isOurs` tells which may be changed. Best effort: where roles cannot be read, there are none. Throws the signal's reason.
 */
export async function stopGathering(
  objects: readonly ObjectIdentity[],
  { client }: Pick<Cluster, 'client'>,
  isOurs: (object: ObjectIdentity, role: KubeObject) => boolean,
  signal: AbortSignal,
): Promise<GatheringRoles> {
  const stopped = new Set<string>();
  const gathering = new Set<string>();
  const roles = new Map(objects.filter(isClusterRole).map((object) => [object.name, object]));
  const [first] = roles.values();
  if (first === undefined) return { stopped, gathering };
  const stop = async (): Promise<void> => {
    const resource = await servedResource(first, client, signal);
    if (resource === undefined) return;
    const { items } = await client.list(resource, { signal });
    await Promise.all(
      items.map(async (role) => {
        const { name, uid } = role.metadata;
        const object = roles.get(name);
        if (object === undefined || role['aggregationRule'] === undefined) return;
        if (!isOurs(object, role)) return;
        const change = { metadata: { uid }, aggregationRule: null };
        const isChanged = await client.patch(resource, { name }, 'merge', change, { signal }).then(
          () => true,
          () => false,
        );
        (isChanged ? stopped : gathering).add(identityKey(object));
      }),
    );
  };
  await stop().catch(() => undefined);
  signal.throwIfAborted();
  return { stopped, gathering };
}

function isClusterRole(object: ObjectIdentity): boolean {
  const { group, kind } = groupVersionKind(object);
  return group === 'rbac.authorization.k8s.io' && kind === 'ClusterRole';
}
