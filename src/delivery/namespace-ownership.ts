import type { KubeObject } from '../api/index.ts';
import type { DeliveryOwner } from './anchor.ts';

/** On a namespace that a delivery created: for whom, so that it is removed with it and a user's own never is. */
export const createdForAnnotation = 'operator.knative.dev/created-for';

/** The reference operator marks what it created with this annotation; it is the only record of that. */
const referenceMark = 'manifestival';

/** True where some delivery, or the reference operator, created it: the last one that leaves removes it. */
export function isCreatedByOperator(namespace: KubeObject): boolean {
  const { annotations = {} } = namespace.metadata;
  return createdForAnnotation in annotations || annotations[referenceMark] === 'new';
}

/** True where it was created for this owner, which then keeps its labels and annotations. */
export function isCreatedForUs(
  namespace: KubeObject,
  owner: Pick<DeliveryOwner, 'kind' | 'namespace' | 'name'>,
): boolean {
  const { annotations = {} } = namespace.metadata;
  const mark = annotations[createdForAnnotation];
  if (mark === undefined) return annotations[referenceMark] === 'new';
  return mark === `${owner.kind.toLowerCase()}/${owner.namespace}/${owner.name}`;
}

/** Objects that every namespace has, or that go by themselves: they do not make a namespace somebody's. */
export function isNamespaceFurniture(kind: string, object: KubeObject): boolean {
  const { name, ownerReferences = [], deletionTimestamp } = object.metadata;
  if (ownerReferences.length > 0 || deletionTimestamp !== undefined) return true;
  if (kind === 'ConfigMap') return name === 'kube-root-ca.crt';
  if (kind === 'ServiceAccount') return name === 'default';
  return ['Event', 'Lease', 'Endpoints', 'EndpointSlice', 'PodMetrics', 'LocalSubjectAccessReview'].includes(
    kind,
  );
}
