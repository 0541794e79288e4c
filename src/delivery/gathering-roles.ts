import { groupVersionKind } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import { servedResource } from './served-kinds.ts';

/**
 * Identity keys of those ClusterRoles among the objects that gather their rules from others. They must be gone before the
 * others go: the controller of Kubernetes that gathers applies what it has gathered, and so makes a role again, empty and
 * nobody's, that is deleted after a change of the others and before it has worked on that. Best effort: where the roles
 * cannot be read, it is none. Throws the signal's reason.
 */
export async function gatheringRoles(
  objects: readonly ObjectIdentity[],
  { client }: Pick<Cluster, 'client'>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const [first, ...others] = objects.filter(isClusterRole);
  if (first === undefined || others.length === 0) return new Set();
  try {
    const resource = await servedResource(first, client, signal);
    const { items } = resource === undefined ? { items: [] } : await client.list(resource, { signal });
    const gathering = items.filter((role) => role['aggregationRule'] !== undefined);
    const names = new Set(gathering.map(({ metadata }) => metadata.name));
    return new Set(
      [first, ...others].filter(({ name }) => names.has(name)).map((object) => identityKey(object)),
    );
  } catch {
    signal.throwIfAborted();
    return new Set();
  }
}

function isClusterRole(object: ObjectIdentity): boolean {
  const { group, kind } = groupVersionKind(object);
  return group === 'rbac.authorization.k8s.io' && kind === 'ClusterRole';
}
