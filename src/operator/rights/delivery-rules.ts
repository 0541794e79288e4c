import { knativeClusterRoles, knativeRoles } from './knative-role-names.ts';
import { deliver, type ExplainedRule, read } from './rule.ts';

/** What every cluster needs that Knative is installed on: the kinds that the releases of Serving and Eventing consist of. */
export const deliveryRules: readonly ExplainedRule[] = [
  {
    group: '',
    resources: ['namespaces', 'configmaps', 'secrets', 'services', 'serviceaccounts'],
    verbs: deliver,
    why: 'Namespaces, settings, certificates and accounts of Knative. A ConfigMap lists all that was installed, and the watch shows what others change.',
  },
  {
    group: 'apps',
    resources: ['deployments', 'statefulsets'],
    verbs: deliver,
    why: "Knative's controllers, webhooks and gateways.",
  },
  {
    group: 'batch',
    resources: ['jobs'],
    verbs: deliver,
    why: 'Jobs that migrate stored objects from one release to the next.',
  },
  {
    group: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: deliver,
    why: 'Activator, webhooks and brokers scale by these.',
  },
  {
    group: 'policy',
    resources: ['poddisruptionbudgets'],
    verbs: deliver,
    why: 'They keep Knative up while nodes are drained.',
  },
  {
    group: 'apiextensions.k8s.io',
    resources: ['customresourcedefinitions'],
    verbs: [...read, 'create', 'patch'],
    why: "Definitions of Knative's kinds. They are never deleted, because that deletes every object of the kind.",
  },
  {
    group: 'admissionregistration.k8s.io',
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: deliver,
    why: "Knative's own defaults and validation.",
  },
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
    verbs: deliver,
    why: "Knative's own rights. By itself this lets nobody grant more than they have.",
  },
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['clusterroles'],
    verbs: ['bind', 'escalate'],
    names: knativeClusterRoles,
    why: "Knative's ClusterRoles allow more than the operator needs itself, and some collect others by aggregation, which only 'escalate' permits. The operator may give away those of these names, and no others.",
  },
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['roles'],
    verbs: ['bind', 'escalate'],
    names: knativeRoles,
    why: "The same for Knative's Roles.",
  },
  {
    group: 'caching.internal.knative.dev',
    resources: ['images'],
    verbs: deliver,
    why: 'Images that nodes are to have before they are needed.',
  },
  {
    group: 'networking.internal.knative.dev',
    resources: ['certificates'],
    verbs: deliver,
    why: 'Certificates between the components of Serving.',
  },
];

/** What ingresses, TLS and sources bring beside it; harmless where a cluster does not serve the kind. */
export const addOnRules: readonly ExplainedRule[] = [
  {
    group: 'networking.istio.io',
    resources: ['gateways'],
    verbs: deliver,
    why: 'Gateways of the Istio ingress.',
    isForAddOns: true,
  },
  {
    group: 'security.istio.io',
    resources: ['peerauthentications'],
    verbs: deliver,
    why: "Webhooks of the Istio ingress must be reached without the mesh's certificates.",
    isForAddOns: true,
  },
  {
    group: 'projectcontour.io',
    resources: ['tlscertificatedelegations'],
    verbs: deliver,
    why: 'Certificates that the Contour ingress may use.',
    isForAddOns: true,
  },
  {
    group: 'cert-manager.io',
    resources: ['certificates', 'issuers', 'clusterissuers'],
    verbs: deliver,
    why: 'TLS between the components of Eventing.',
    isForAddOns: true,
  },
  {
    group: 'trust.cert-manager.io',
    resources: ['bundles'],
    verbs: deliver,
    why: 'What components of Eventing trust.',
    isForAddOns: true,
  },
];

/** What installing Knative on a spoke takes there, and all that it takes. */
export const spokeRules: readonly ExplainedRule[] = [
  ...deliveryRules,
  ...addOnRules,
  {
    group: '',
    resources: ['configmaps/finalizers'],
    verbs: ['update'],
    why: 'Namespaced objects belong to the ConfigMap that lists them. Clusters with the OwnerReferencesPermissionEnforcement admission, such as OpenShift, ask for this right.',
    isOptional: true,
  },
];

/** What it takes besides to remove namespaces from a spoke; without, they stay. */
export const emptiedNamespaceRules: readonly ExplainedRule[] = [
  {
    group: '*',
    resources: ['*'],
    verbs: ['list'],
    why: 'A namespace that was created for an installation is removed with it only if nothing else is in it, of whatever kind.',
  },
];
