import { type KubeClient, NotFoundError, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { fleetNamespace } from '../fleet/index.ts';
import { servingNamespace } from './cast.ts';
import { spreadNamespace } from './spread/cast.ts';

/** What the demo leaves on clusters that outlive it, and how that is removed from them. */

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false };
const clusterRoles: Resource = { ...rbac, kind: 'ClusterRole', plural: 'clusterroles' };
const clusterRoleBindings: Resource = { ...rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };
const namespaces = [fleetNamespace, servingNamespace, spreadNamespace];
/** What a member is prepared with. */
const memberNamespace = 'keda';
const memberRights = { name: 'kedify-agent' };

/** `member` for a spoke: the hub is none, and may well have KEDA. */
export type Part = 'hub' | 'member';

const terminatingMs = 120_000;

/** Why the demo must not use a cluster; undefined where nothing there has the names that it uses. */
export async function occupation(client: KubeClient, part: Part): Promise<string | undefined> {
  for (const name of namespacesOf(part)) {
    if (await exists(client, resources.namespaces, name))
      return `must not have a namespace '${name}', because the demo makes it and removes it again`;
  }
  if (part === 'member' && (await exists(client, clusterRoles, memberRights.name)))
    return `must not have a ClusterRole '${memberRights.name}', because the demo makes it and removes it again`;
  for (const resource of [resources.knativeServings, resources.distributedScaledObjects]) {
    const found = await client.list(resource, { limit: 1 }).catch(absent);
    if (found !== undefined && found.items.length > 0)
      return `must not have ${resource.kind} objects, because the operator of the demo would act on them`;
  }
  return undefined;
}

function namespacesOf(part: Part): readonly string[] {
  return part === 'member' ? [...namespaces, memberNamespace] : namespaces;
}

/** Names of the CustomResourceDefinitions that the demo could bring too, and must leave where they are there before it. */
export async function definitionsOn(client: KubeClient): Promise<ReadonlySet<string>> {
  const { items } = await client.list(resources.customResourceDefinitions, { metadataOnly: true });
  const names = items.map(({ metadata }) => metadata.name);
  return new Set(
    names.filter((name) =>
      ['.knative.dev', '.multicluster.x-k8s.io', '.kedify.io'].some((group) => name.endsWith(group)),
    ),
  );
}

/** Removes namespaces and definitions of the demo. Throws where a namespace does not end. */
export async function removeTraces(
  client: KubeClient,
  part: Part,
  before: ReadonlySet<string>,
): Promise<void> {
  const namespaces = namespacesOf(part);
  const rights = part === 'member' ? [clusterRoles, clusterRoleBindings] : [];
  const brought = [...(await definitionsOn(client))].filter((name) => !before.has(name));
  await Promise.all([
    ...namespaces.map((name) => client.delete(resources.namespaces, { name }).catch(absent)),
    ...rights.map((resource) => client.delete(resource, memberRights).catch(absent)),
    ...brought.map((name) => client.delete(resources.customResourceDefinitions, { name }).catch(absent)),
  ]);
  await waitFor(
    `namespaces ${namespaces.join(' and ')} of ${client.cluster} are gone`,
    async () => {
      const left = await Promise.all(namespaces.map((name) => exists(client, resources.namespaces, name)));
      return !left.includes(true);
    },
    { timeoutMs: terminatingMs, everyMs: 500 },
  );
}

async function exists(client: KubeClient, resource: Resource, name: string): Promise<boolean> {
  return (await client.get(resource, { name }, { metadataOnly: true }).catch(absent)) !== undefined;
}

function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
