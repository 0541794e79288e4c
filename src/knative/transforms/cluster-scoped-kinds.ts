import { groupVersionKind, type GroupVersionKind, type KubeObject } from '../../api/index.ts';
import { valueAt } from './path-copy.ts';

/** Says of a kind whether its objects lie in namespaces; undefined where it does not know the kind. */
export type ScopeLookup = (kind: GroupVersionKind) => boolean | undefined;

/**
 * Whether objects of a kind lie in namespaces: as the cluster says; where it does not serve the kind yet, as the
 * definitions that are to be installed say; then by the list below. All other kinds are namespaced.
 */
export function scopeOf(
  objects: readonly KubeObject[],
  discovered: ScopeLookup,
): (kind: GroupVersionKind) => boolean {
  const defined = new Map(objects.filter(isDefinition).map(definedScope));
  return (kind) =>
    discovered(kind) ?? defined.get(`${kind.kind}.${kind.group}`) ?? !clusterScopedKinds.has(kind.kind);
}

function isDefinition(object: KubeObject): boolean {
  return (
    object.kind === 'CustomResourceDefinition' && groupVersionKind(object).group === 'apiextensions.k8s.io'
  );
}

function definedScope(definition: KubeObject): readonly [string, boolean] {
  const kind = String(valueAt(definition, ['spec', 'names', 'kind']));
  const group = String(valueAt(definition, ['spec', 'group']));
  return [`${kind}.${group}`, valueAt(definition, ['spec', 'scope']) !== 'Cluster'];
}

/** Kinds of Kubernetes, and of what Knative is installed beside, whose objects lie in no namespace. */
const clusterScopedKinds = new Set([
  'APIService',
  'CertificateSigningRequest',
  'ClusterDomainClaim',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterTrustBundle',
  'ComponentStatus',
  'CSIDriver',
  'CSINode',
  'CustomResourceDefinition',
  'FlowSchema',
  'GatewayClass',
  'IngressClass',
  'MeshPolicy',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PodSecurityPolicy',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'SelfSubjectAccessReview',
  'SelfSubjectRulesReview',
  'StorageClass',
  'SubjectAccessReview',
  'TokenReview',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);
