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
  return (kind) => discovered(kind) ?? defined.get(`${kind.kind}.${kind.group}`) ?? !isClusterScoped(kind);
}

function isClusterScoped({ group, kind }: GroupVersionKind): boolean {
  return Object.hasOwn(clusterScopedKinds, group) && clusterScopedKinds[group]?.includes(kind) === true;
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

/** Kinds whose objects lie in no namespace, by API group: those of Kubernetes 1.36 and of what Knative is used with. */
const clusterScopedKinds: Readonly<Record<string, readonly string[]>> = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
  'admissionregistration.k8s.io': [
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'authentication.istio.io': ['MeshPolicy'],
  'authentication.k8s.io': ['SelfSubjectReview', 'TokenReview'],
  'authorization.k8s.io': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
  'cert-manager.io': ['ClusterIssuer'],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  extensions: ['PodSecurityPolicy'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'gateway.networking.k8s.io': ['GatewayClass'],
  'gateway.networking.x-k8s.io': ['XMesh'],
  'imagepolicy.k8s.io': ['ImageReview'],
  'internal.apiserver.k8s.io': ['StorageVersion'],
  'metrics.k8s.io': ['NodeMetrics'],
  'networking.internal.knative.dev': ['ClusterDomainClaim'],
  'networking.k8s.io': ['IPAddress', 'IngressClass', 'ServiceCIDR'],
  'node.k8s.io': ['RuntimeClass'],
  policy: ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'rbac.istio.io': ['ClusterRbacConfig'],
  'resource.k8s.io': ['DeviceClass', 'DeviceTaintRule', 'ResourcePoolStatusRequest', 'ResourceSlice'],
  'scheduling.k8s.io': ['PriorityClass'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
  'storagemigration.k8s.io': ['StorageVersionMigration'],
  'trust-manager.io': ['ClusterBundle'],
  'trust.cert-manager.io': ['Bundle'],
};
