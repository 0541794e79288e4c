import { apiVersion, groupVersionKind, type KubeObject } from '../api/index.ts';
import { type KubeClient, NoMatchError, type Resource } from '../kube/index.ts';

/** Finds the REST resource of an object: by the definitions of its own set first, which may not be served yet. */
export async function resourcesFor(
  objects: readonly KubeObject[],
  client: KubeClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<KubeObject, Resource>> {
  const defined = definedResources(objects);
  const found = await Promise.all(
    objects.map(async (object): Promise<[KubeObject, Resource]> => {
      const resource = defined.get(`${object.apiVersion}/${object.kind}`);
      return [object, resource ?? (await client.resourceFor(groupVersionKind(object), { signal }))];
    }),
  );
  return new Map(found);
}

/** The resource of a kind in whatever version the server has it now; undefined where it has none. */
export async function servedResource(
  object: Pick<KubeObject, 'apiVersion' | 'kind'>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Resource | undefined> {
  const wanted = groupVersionKind(object);
  try {
    return await client.resourceFor(wanted, { signal });
  } catch (error) {
    if (!(error instanceof NoMatchError)) throw error;
    const served = await client.resources({ signal });
    return served.find(({ group, kind }) => group === wanted.group && kind === wanted.kind);
  }
}

interface DefinitionSpec {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: { readonly kind: string; readonly plural: string };
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

function definedResources(objects: readonly KubeObject[]): ReadonlyMap<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition') continue;
    const { group, scope, names, versions } = object['spec'] as DefinitionSpec;
    for (const { name: version, served } of versions) {
      if (!served) continue;
      const resource = {
        group,
        version,
        kind: names.kind,
        plural: names.plural,
        namespaced: scope === 'Namespaced',
      };
      resources.set(`${apiVersion(resource)}/${names.kind}`, resource);
    }
  }
  return resources;
}
