import type { KubeObject } from '../api/index.ts';
import { type DeliveryOwner, managedByLabel, managedByValue } from './anchor.ts';
import { referenceMark } from './reference-operator.ts';

/** On a namespace that a delivery created: for whom, so that it is removed with it and a user's own never is. */
export const createdForAnnotation = 'operator.knative.dev/created-for';

/** True where some delivery, or the reference operator, created it: the last one that leaves removes it. */
export function isCreatedByOperator(namespace: KubeObject): boolean {
  const { annotations = {} } = namespace.metadata;
  return createdForAnnotation in annotations || isMarkedByReference(annotations);
}

/** True where it was created for this owner, which then keeps its labels and annotations. */
export function isCreatedForUs(
  namespace: KubeObject,
  owner: Pick<DeliveryOwner, 'kind' | 'namespace' | 'name'>,
): boolean {
  const { annotations = {} } = namespace.metadata;
  const mark = annotations[createdForAnnotation];
  if (mark === undefined) return isMarkedByReference(annotations);
  return mark === createdFor(owner);
}

/** The Namespace object with our marks on it; they win over what a user says. */
export function createdNamespace(
  object: KubeObject,
  owner: Pick<DeliveryOwner, 'kind' | 'namespace' | 'name'>,
): KubeObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, [managedByLabel]: managedByValue },
      annotations: { ...annotations, [createdForAnnotation]: createdFor(owner) },
    },
  };
}

/** It is the only record that the reference operator keeps. */
function isMarkedByReference(annotations: Readonly<Record<string, string>>): boolean {
  return annotations[referenceMark.annotation] === referenceMark.value;
}

function createdFor({ kind, namespace, name }: Pick<DeliveryOwner, 'kind' | 'namespace' | 'name'>): string {
  return `${kind.toLowerCase()}/${namespace}/${name}`;
}

/** Objects that every namespace has, or that go by themselves: they do not make a namespace somebody's. */
export function isNamespaceFurniture(kind: string, object: KubeObject): boolean {
  const { name, ownerReferences = [], deletionTimestamp } = object.metadata;
  if (ownerReferences.length > 0 || deletionTimestamp !== undefined) return true;
  if (kind === 'ConfigMap') return certificates.has(name);
  if (kind === 'ServiceAccount') return name === 'default';
  return ['Event', 'Lease', 'Endpoints', 'EndpointSlice', 'PodMetrics', 'LocalSubjectAccessReview'].includes(
    kind,
  );
}

/** What Kubernetes, Istio and OpenShift put into every namespace. */
const certificates = new Set(['kube-root-ca.crt', 'istio-ca-root-cert', 'openshift-service-ca.crt']);
