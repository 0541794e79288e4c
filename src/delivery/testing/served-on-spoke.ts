import type { Resource } from '../../kube/index.ts';

/** What a spoke of the tests serves, in the order of its discovery: the preferred version of a kind first. */
export const servedOnSpoke: readonly Resource[] = [
  kind('', 'v1', 'Namespace', 'namespaces', false),
  kind('', 'v1', 'Node', 'nodes', false),
  kind('', 'v1', 'ConfigMap', 'configmaps'),
  kind('', 'v1', 'Secret', 'secrets'),
  kind('', 'v1', 'Service', 'services'),
  kind('', 'v1', 'ServiceAccount', 'serviceaccounts'),
  kind('', 'v1', 'Event', 'events'),
  kind('apps', 'v1', 'Deployment', 'deployments'),
  kind('apps', 'v1', 'ReplicaSet', 'replicasets'),
  kind('batch', 'v1', 'Job', 'jobs'),
  kind('rbac.authorization.k8s.io', 'v1', 'ClusterRole', 'clusterroles', false),
  kind('rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'rolebindings'),
  kind('example.com', 'v2', 'Widget', 'widgets'),
  kind('example.com', 'v1', 'Widget', 'widgets'),
  kind('external-secrets.io', 'v1', 'ClusterExternalSecret', 'clusterexternalsecrets', false),
  kind('metrics.k8s.io', 'v1beta1', 'PodMetrics', 'pods'),
];

function kind(group: string, version: string, name: string, plural: string, namespaced = true): Resource {
  return { group, version, kind: name, plural, namespaced };
}
