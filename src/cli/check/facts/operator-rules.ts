import type { Rule } from './rule.ts';

const read = ['get', 'list', 'watch'] as const;
const deliver = [...read, 'create', 'patch', 'delete'] as const;

/** What the operator does on the hub, whatever it installs and wherever. */
export const hubRules: readonly Rule[] = [
  {
    group: 'operator.knative.dev',
    resources: ['knativeservings', 'knativeeventings'],
    verbs: [...read, 'patch'],
  },
  {
    group: 'operator.knative.dev',
    resources: ['knativeservings/status', 'knativeeventings/status'],
    verbs: ['patch'],
  },
  { group: 'multicluster.x-k8s.io', resources: ['clusterprofiles'], verbs: read },
  { group: 'coordination.k8s.io', resources: ['leases'], verbs: [...read, 'create', 'update'] },
  { group: 'events.k8s.io', resources: ['events'], verbs: ['create', 'patch'] },
  { group: '', resources: ['secrets'], verbs: read },
  { group: '', resources: ['namespaces'], verbs: ['get'] },
];

/** What it does there besides once there are members. */
export const scalingRules: readonly Rule[] = [
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects'],
    verbs: [...read, 'update', 'patch'],
  },
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects/status', 'distributedscaledobjects/scale'],
    verbs: ['get', 'update', 'patch'],
  },
  { group: 'install.kedify.io', resources: ['kedifyconfigurations'], verbs: [...read, 'create', 'patch'] },
  { group: 'install.kedify.io', resources: ['kedifyconfigurations/status'], verbs: ['patch'] },
];

/** And where KEDA evaluates triggers. */
export const kedaRules: readonly Rule[] = [
  { group: 'keda.sh', resources: ['scaledobjects'], verbs: [...read, 'create', 'patch', 'delete'] },
];

/**
 * What the operator does on a cluster to install Knative there: it delivers the kinds that the releases of Serving and
 * Eventing consist of. Roles it must be allowed to give away, because those of Knative allow more than it needs itself.
 */
export const deliveryRules: readonly Rule[] = [
  {
    group: '',
    resources: ['namespaces', 'configmaps', 'secrets', 'services', 'serviceaccounts'],
    verbs: deliver,
  },
  { group: 'apps', resources: ['deployments', 'statefulsets'], verbs: deliver },
  { group: 'batch', resources: ['jobs'], verbs: deliver },
  { group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: deliver },
  { group: 'policy', resources: ['poddisruptionbudgets'], verbs: deliver },
  { group: 'apiextensions.k8s.io', resources: ['customresourcedefinitions'], verbs: deliver },
  {
    group: 'admissionregistration.k8s.io',
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: deliver,
  },
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['roles', 'clusterroles'],
    verbs: [...deliver, 'bind', 'escalate'],
  },
  { group: 'rbac.authorization.k8s.io', resources: ['rolebindings', 'clusterrolebindings'], verbs: deliver },
  { group: 'caching.internal.knative.dev', resources: ['images'], verbs: deliver },
  { group: 'networking.internal.knative.dev', resources: ['certificates'], verbs: deliver },
];

/**
 * What it does on a member, in the namespace of the workload, to deliver that from the hub with what its pods use; `targets`
 * are workloads such as `StatefulSet/db`.
 */
export function fromHubRules(targets: readonly (string | undefined)[]): readonly Rule[] {
  const workloads = [
    { kind: 'Deployment', resource: 'deployments' },
    { kind: 'StatefulSet', resource: 'statefulsets' },
  ]
    .filter(({ kind }) => targets.some((target) => target?.startsWith(`${kind}/`)))
    .map(({ resource }) => resource);
  return [
    { group: '', resources: ['configmaps', 'secrets', 'serviceaccounts'], verbs: deliver },
    ...(workloads.length === 0 ? [] : [{ group: 'apps', resources: workloads, verbs: deliver }]),
    { group: '', resources: ['namespaces'], verbs: ['get'] },
  ];
}
