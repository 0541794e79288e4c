import { type KubeClient, NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { fleetNamespace } from '../fleet/index.ts';
import { servingNamespace } from './cast.ts';

/** What the demo leaves on clusters that outlive it, and how that is removed from them. */

const namespaces = [fleetNamespace, servingNamespace];
const terminatingMs = 120_000;

/** Why the demo must not use a cluster; undefined where nothing there has the names that it uses. */
export async function occupation(client: KubeClient): Promise<string | undefined> {
  for (const name of namespaces) {
    if (await exists(client, name))
      return `must not have a namespace '${name}', because the demo makes it and removes it again`;
  }
  const servings = await client.list(resources.knativeServings, { limit: 1 }).catch(absent);
  if (servings === undefined || servings.items.length === 0) return undefined;
  return 'must not have KnativeServing objects, because the operator of the demo would act on them';
}

/** Names of the CustomResourceDefinitions that the demo could bring too, and must leave where they are there before it. */
export async function definitionsOn(client: KubeClient): Promise<ReadonlySet<string>> {
  const { items } = await client.list(resources.customResourceDefinitions, { metadataOnly: true });
  const names = items.map(({ metadata }) => metadata.name);
  return new Set(
    names.filter((name) => name.endsWith('.knative.dev') || name.endsWith('.multicluster.x-k8s.io')),
  );
}

/** Removes namespaces and definitions of the demo. Throws where a namespace does not end. */
export async function removeTraces(client: KubeClient, before: ReadonlySet<string>): Promise<void> {
  const brought = [...(await definitionsOn(client))].filter((name) => !before.has(name));
  await Promise.all([
    ...namespaces.map((name) => client.delete(resources.namespaces, { name }).catch(absent)),
    ...brought.map((name) => client.delete(resources.customResourceDefinitions, { name }).catch(absent)),
  ]);
  await waitFor(
    `namespaces ${namespaces.join(' and ')} of ${client.cluster} are gone`,
    async () => {
      const left = await Promise.all(namespaces.map((name) => exists(client, name)));
      return !left.includes(true);
    },
    { timeoutMs: terminatingMs, everyMs: 500 },
  );
}

async function exists(client: KubeClient, name: string): Promise<boolean> {
  return (
    (await client.get(resources.namespaces, { name }, { metadataOnly: true }).catch(absent)) !== undefined
  );
}

function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
