import { type Resource, resources } from '../../../src/kube/index.ts';
import type { Exchange } from './exchange.ts';

export const widgets: Resource = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

export const builtIn: readonly Resource[] = [
  resources.configMaps,
  resources.namespaces,
  resources.deployments,
];

/** Discovery in both forms: aggregated (KEP-3352) where the client asks for it and the server has it, else the old documents. */
export function answerDiscovery(
  exchange: Exchange,
  path: string,
  served: readonly Resource[],
  aggregated: boolean,
): boolean {
  const wantsAggregated = String(exchange.headers['accept']).includes('APIGroupDiscoveryList');
  if (path === '/api' || path === '/apis') {
    const here = served.filter(({ group }) => (group === '') === (path === '/api'));
    exchange.json(200, aggregated && wantsAggregated ? aggregatedList(here) : legacyList(path, here));
    return true;
  }
  const gv = /^\/api\/([^/]+)$/.exec(path)?.[1] ?? /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  if (gv === undefined) return false;
  const list = served.filter((resource) => groupVersion(resource) === gv);
  if (list.length === 0) exchange.text(404, '404 page not found\n');
  else exchange.json(200, resourceList(gv, list));
  return true;
}

function groupVersion({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

function aggregatedList(served: readonly Resource[]): unknown {
  const groups = Map.groupBy(served, ({ group }) => group);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups].map(([name, list]) => ({
      metadata: name === '' ? {} : { name },
      versions: [...Map.groupBy(list, ({ version }) => version)].map(([version, ofVersion]) => ({
        version,
        freshness: 'Current',
        resources: ofVersion.map(({ plural, kind, namespaced, group }) => ({
          resource: plural,
          responseKind: { group, version, kind },
          scope: namespaced ? 'Namespaced' : 'Cluster',
          verbs: ['get', 'list', 'watch'],
          subresources: [{ subresource: 'status', verbs: ['get'] }],
        })),
      })),
    })),
  };
}

function legacyList(path: string, served: readonly Resource[]): unknown {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  const groups = Map.groupBy(served, ({ group }) => group);
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groups].map(([name, list]) => ({
      name,
      versions: [...new Set(list.map(groupVersion))].map((gv) => ({
        groupVersion: gv,
        version: gv.split('/')[1],
      })),
    })),
  };
}

function resourceList(gv: string, list: readonly Resource[]): unknown {
  return {
    kind: 'APIResourceList',
    groupVersion: gv,
    resources: list.flatMap(({ plural, kind, namespaced }) => [
      { name: plural, kind, namespaced, verbs: ['get', 'list', 'watch'] },
      { name: `${plural}/status`, kind, namespaced, verbs: ['get'] },
    ]),
  };
}
