import type { KubeObject, OwnerReference } from '../api/index.ts';
import { type DeliveryOwner, managedByLabel, managedByValue } from './anchor.ts';
import type { FieldTree } from './field-tree.ts';
import { referenceMark, referenceProgram } from './reference-operator.ts';

/** On a namespace that a delivery created: for whom, so that it is removed with it and a user's own never is. */
export const createdForAnnotation = 'operator.knative.dev/created-for';

/** True where some delivery, or the reference operator, created it: the last one that leaves removes it. */
export function isCreatedByOperator(namespace: KubeObject): boolean {
  const { annotations = {} } = namespace.metadata;
  return (
    createdForAnnotation in annotations || isMarkedByReference(annotations) || isMadeByReference(namespace)
  );
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

/** True where we created it for this very owner, whatever else is known of a delivery. */
export function isMarkedFor(
  { metadata: { annotations = {} } }: KubeObject,
  owner: Pick<DeliveryOwner, 'kind' | 'namespace' | 'name'>,
): boolean {
  return annotations[createdForAnnotation] === createdFor(owner);
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

/**
 * On a spoke the reference operator makes the namespace before it applies anything, and marks it with nothing but a
 * label. The API server adds the label with the name at creation only, so whoever owns that one created it.
 */
function isMadeByReference({ metadata: { labels = {}, managedFields = [] } }: KubeObject): boolean {
  if (labels[managedByLabel] !== managedByValue) return false;
  return managedFields.some(({ manager, fieldsV1 }) => {
    const own = ((fieldsV1 ?? {}) as FieldTree)['f:metadata']?.['f:labels'] ?? {};
    return manager === referenceProgram && nameLabelStep in own && `f:${managedByLabel}` in own;
  });
}

const nameLabelStep = 'f:kubernetes.io/metadata.name';

/** Of what it applies; of the rest see `isMadeByReference`. */
function isMarkedByReference(annotations: Readonly<Record<string, string>>): boolean {
  return annotations[referenceMark.annotation] === referenceMark.value;
}

function createdFor({ kind, namespace, name }: Pick<DeliveryOwner, 'kind' | 'namespace' | 'name'>): string {
  return `${kind.toLowerCase()}/${namespace}/${name}`;
}

/** Kinds whose objects come and go by themselves: none of them makes a namespace somebody's. */
export const fleetingKinds: ReadonlySet<string> = new Set([
  'Event',
  'Lease',
  'Endpoints',
  'EndpointSlice',
  'PodMetrics',
  'LocalSubjectAccessReview',
]);

/**
 * Objects that every namespace has, or that go by themselves: they do not make a namespace somebody's. With an owner in
 * the namespace an object goes when that does, and it is the owner that counts. An owner of the whole cluster stays.
 * `isNamespaced` tells of the kind of an owner whether it lies in a namespace.
 */
export function isNamespaceFurniture(
  kind: string,
  object: KubeObject,
  isNamespaced: (owner: OwnerReference) => boolean,
): boolean {
  const { name, ownerReferences = [], deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined || fleetingKinds.has(kind)) return true;
  if (ownerReferences.length > 0) return ownerReferences.every(isNamespaced);
  if (kind === 'ConfigMap') return certificates.has(name);
  return kind === 'ServiceAccount' && name === 'default';
}

/** What Kubernetes, Istio and OpenShift put into every namespace. */
const certificates = new Set(['kube-root-ca.crt', 'istio-ca-root-cert', 'openshift-service-ca.crt']);
