import { groupVersionKind, type KubeObject } from '../api/index.ts';

/**
 * What goes to a cluster together, and what each phase waits for. Roles come before the bindings that need them, and
 * webhook configurations before what they would judge, so that a stale one of an earlier installation cannot refuse it
 * (the reference operator's order). Workloads come after the accounts and configuration that pods need at their start;
 * definitions of kinds, which take the API server longest, go beside them, because pods take longer still to need them.
 */
export const phaseOrder = {
  namespaces: [],
  roles: ['namespaces'],
  bindings: ['roles'],
  webhooks: ['bindings'],
  configuration: ['webhooks'],
  definitions: ['webhooks'],
  workloads: ['configuration'],
  'custom resources': ['configuration', 'definitions'],
  jobs: ['workloads', 'definitions'],
} as const satisfies Record<string, readonly string[]>;

export type Phase = keyof typeof phaseOrder;

/** In an order that keeps to what each waits for. */
export const phases = Object.keys(phaseOrder) as readonly Phase[];

const byKind: Readonly<Record<string, Phase>> = {
  Namespace: 'namespaces',
  'Role.rbac.authorization.k8s.io': 'roles',
  'ClusterRole.rbac.authorization.k8s.io': 'roles',
  'RoleBinding.rbac.authorization.k8s.io': 'bindings',
  'ClusterRoleBinding.rbac.authorization.k8s.io': 'bindings',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': 'webhooks',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': 'webhooks',
  'CustomResourceDefinition.apiextensions.k8s.io': 'definitions',
  'Deployment.apps': 'workloads',
  'StatefulSet.apps': 'workloads',
  'DaemonSet.apps': 'workloads',
  'Job.batch': 'jobs',
};

/** Groups of every API server, besides those that end in `.k8s.io`; the rest comes from definitions. */
const builtInGroups = new Set(['', 'apps', 'batch', 'autoscaling', 'policy']);

export function phaseOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): Phase {
  const { group, kind } = groupVersionKind(object);
  const known = byKind[group === '' ? kind : `${kind}.${group}`];
  if (known !== undefined) return known;
  const builtIn = builtInGroups.has(group) || (group.endsWith('.k8s.io') && !group.includes('gateway'));
  return builtIn ? 'configuration' : 'custom resources';
}

/** What goes first when things are removed: what could hinder the rest, then what does work, then rights and accounts. */
const removalOrder: readonly Phase[] = [
  'webhooks',
  'custom resources',
  'jobs',
  'workloads',
  'configuration',
  'definitions',
  'bindings',
  'roles',
  'namespaces',
];

export function removalRank(object: Pick<KubeObject, 'apiVersion' | 'kind'>): number {
  return removalOrder.indexOf(phaseOf(object));
}
