import { apiVersion, type GroupVersionKind } from '../api/index.ts';

/** One REST resource of one API server: what discovery knows of a kind. */
export interface Resource extends GroupVersionKind {
  /** The path segment, for example `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

function resource(gv: string, kind: string, plural: string, namespaced: boolean): Resource {
  const slash = gv.indexOf('/');
  return {
    group: slash < 0 ? '' : gv.slice(0, slash),
    version: gv.slice(slash + 1),
    kind,
    plural,
    namespaced,
  };
}

/** Resources every API server has or that this project owns; the rest comes from discovery. */
export const resources = {
  namespaces: resource('v1', 'Namespace', 'namespaces', false),
  configMaps: resource('v1', 'ConfigMap', 'configmaps', true),
  secrets: resource('v1', 'Secret', 'secrets', true),
  serviceAccounts: resource('v1', 'ServiceAccount', 'serviceaccounts', true),
  clusterRoles: resource('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  clusterRoleBindings: resource(
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    'clusterrolebindings',
    false,
  ),
  pods: resource('v1', 'Pod', 'pods', true),
  deployments: resource('apps/v1', 'Deployment', 'deployments', true),
  statefulSets: resource('apps/v1', 'StatefulSet', 'statefulsets', true),
  leases: resource('coordination.k8s.io/v1', 'Lease', 'leases', true),
  events: resource('events.k8s.io/v1', 'Event', 'events', true),
  customResourceDefinitions: resource(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    false,
  ),
  apiServices: resource('apiregistration.k8s.io/v1', 'APIService', 'apiservices', false),
  horizontalPodAutoscalers: resource(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    true,
  ),
  selfSubjectAccessReviews: resource(
    'authorization.k8s.io/v1',
    'SelfSubjectAccessReview',
    'selfsubjectaccessreviews',
    false,
  ),
  subjectAccessReviews: resource(
    'authorization.k8s.io/v1',
    'SubjectAccessReview',
    'subjectaccessreviews',
    false,
  ),
  selfSubjectReviews: resource('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', false),
  clusterProfiles: resource('multicluster.x-k8s.io/v1alpha1', 'ClusterProfile', 'clusterprofiles', true),
  clusterProfilesV1alpha2: resource(
    'multicluster.x-k8s.io/v1alpha2',
    'ClusterProfile',
    'clusterprofiles',
    true,
  ),
  kedifyConfigurations: resource(
    'install.kedify.io/v1alpha1',
    'KedifyConfiguration',
    'kedifyconfigurations',
    true,
  ),
  knativeServings: resource('operator.knative.dev/v1beta1', 'KnativeServing', 'knativeservings', true),
  distributedScaledObjects: resource(
    'keda.kedify.io/v1alpha1',
    'DistributedScaledObject',
    'distributedscaledobjects',
    true,
  ),
  knativeEventings: resource('operator.knative.dev/v1beta1', 'KnativeEventing', 'knativeeventings', true),
} as const satisfies Record<string, Resource>;

/** `deployments.apps`, as kubectl and RBAC messages write it. */
export function resourceName(r: Resource): string {
  return r.group === '' ? r.plural : `${r.plural}.${r.group}`;
}

/** The URL path below the server's prefix: `/apis/apps/v1/namespaces/a/deployments/b/status`. */
export function resourcePath(
  r: Resource,
  where: {
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
    readonly subresource?: string | undefined;
  } = {},
): string {
  const root = r.group === '' ? `/api/${r.version}` : `/apis/${apiVersion(r)}`;
  const namespace =
    r.namespaced && where.namespace !== undefined ? `/namespaces/${encodeURIComponent(where.namespace)}` : '';
  const name = where.name === undefined ? '' : `/${encodeURIComponent(where.name)}`;
  const subresource = where.subresource === undefined ? '' : `/${where.subresource}`;
  return `${root}${namespace}/${r.plural}${name}${subresource}`;
}
