import { type CommonSpec, groupVersionKind, isRecord, type KubeObject } from '../../api/index.ts';
import { isKind } from './object-kinds.ts';
import { merge, type Path, remove, set, updateItems, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';

/**
 * Puts an object into the namespace of the installation: namespaced objects themselves, a Namespace by its name, and
 * whatever a cluster-scoped object says about accounts and Services in namespaces.
 */
export const injectNamespace: Transform = (object, { namespace, isNamespaced }) => {
  if (isKind(object, '', 'Namespace')) return set(object, ['metadata', 'name'], namespace);
  const field = ['metadata', 'namespace'];
  return isNamespaced(groupVersionKind(object))
    ? referTo(set(object, field, namespace), namespace)
    : referTo(remove(object, field), namespace);
};

/** What a spec says about the namespace where it is made for the installation. */
export const namespaceMetadata: Transform = (object, { spec }) =>
  isKind(object, '', 'Namespace') ? withNamespaceMetadata(object, spec) : object;

/** `spec.namespace` goes for every namespace and wins, `spec.namespaceConfiguration` for one that is made. */
export function withNamespaceMetadata(
  object: KubeObject,
  { namespace, namespaceConfiguration }: CommonSpec,
): KubeObject {
  const labels = { ...namespaceConfiguration?.labels, ...namespace?.labels };
  const annotations = { ...namespaceConfiguration?.annotations, ...namespace?.annotations };
  return merge(merge(object, ['metadata', 'labels'], labels), ['metadata', 'annotations'], annotations);
}

function referTo(object: KubeObject, namespace: string): KubeObject {
  if (isKind(object, 'rbac.authorization.k8s.io', 'RoleBinding', 'ClusterRoleBinding')) {
    return updateItems(object, ['subjects'], (subject) => withNamespace(subject, [], namespace));
  }
  if (isKind(object, 'admissionregistration.k8s.io', ...webhookKinds)) {
    return updateItems(object, ['webhooks'], (webhook) =>
      withNamespace(webhook, ['clientConfig', 'service'], namespace),
    );
  }
  const service = serviceReferences[`${object.kind}.${groupVersionKind(object).group}`];
  return service === undefined
    ? object
    : service.reduce((at, path) => withNamespace(at, path, namespace), object);
}

const webhookKinds = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** Where other cluster-scoped objects name a Service; the second place is that of v1beta1. */
const serviceReferences: Readonly<Record<string, readonly Path[]>> = {
  'APIService.apiregistration.k8s.io': [['spec', 'service']],
  'CustomResourceDefinition.apiextensions.k8s.io': [
    ['spec', 'conversion', 'webhook', 'clientConfig', 'service'],
    ['spec', 'conversion', 'webhookClientConfig', 'service'],
  ],
};

/** Only where there is a namespace already: a subject may be a user, a webhook may be a URL. */
function withNamespace<T extends object>(object: T, path: Path, namespace: string): T {
  const reference = path.length === 0 ? object : valueAt(object, path);
  return isRecord(reference) && valueAt(reference, ['namespace']) !== undefined
    ? set(object, [...path, 'namespace'], namespace)
    : object;
}
