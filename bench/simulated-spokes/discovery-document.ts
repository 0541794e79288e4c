import type { Resource } from '../../src/kube/index.ts';

/** Aggregated discovery (KEP-3352): the answer to `/api` for the core group, to `/apis` for all others. */
export function discoveryDocument(path: '/api' | '/apis', served: readonly Resource[]): object {
  const here = served.filter(({ group }) => (group === '') === (path === '/api'));
  const groups = Map.groupBy(here, ({ group }) => group);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups].map(([name, resources]) => ({
      metadata: name === '' ? {} : { name },
      versions: [...Map.groupBy(resources, ({ version }) => version)].map(([version, list]) => ({
        version,
        freshness: 'Current',
        resources: list.map(({ plural, kind, namespaced, group }) => ({
          resource: plural,
          responseKind: { group, version, kind },
          scope: namespaced ? 'Namespaced' : 'Cluster',
          singularResource: kind.toLowerCase(),
          verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        })),
      })),
    })),
  };
}
