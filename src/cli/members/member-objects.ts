import type { KubeObject } from '../../api/index.ts';
import { memberRules } from '../../operator/index.ts';
import type { Rule } from '../check/facts/rule.ts';

/** What everything on a member is called, by the operator's users and their manifests. */
export const agentName = 'kedify-agent';
export const tokenSecretName = `${agentName}-token`;

/**
 * What a member must have so that the hub can scale there, in the order in which it is applied. Nothing beyond it is ever
 * needed: no secrets, no namespaces, no rights to create workloads but Jobs.
 */
export function memberObjects(
  namespace: string,
  rules: readonly Rule[] = memberRules,
): readonly KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: agentName, namespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: tokenSecretName,
        namespace,
        annotations: { 'kubernetes.io/service-account.name': agentName },
      },
      type: 'kubernetes.io/service-account-token',
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: agentName },
      rules: rules.map(({ group, resources, verbs }) => ({ apiGroups: [group], resources, verbs })),
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: agentName },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: agentName },
      subjects: [{ kind: 'ServiceAccount', name: agentName, namespace }],
    },
  ];
}
