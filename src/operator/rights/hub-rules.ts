import { type ExplainedRule, read } from './rule.ts';

/** What the operator does on the hub, whatever it installs and wherever. */
export const objectRules: readonly ExplainedRule[] = [
  {
    group: 'operator.knative.dev',
    resources: ['knativeservings', 'knativeeventings'],
    verbs: [...read, 'patch'],
    why: 'What is to be installed where. It is patched for the finalizer that has everything removed before the object goes.',
  },
  {
    group: 'operator.knative.dev',
    resources: ['knativeservings/status', 'knativeeventings/status'],
    verbs: ['patch'],
    why: 'Conditions, versions and what is waited for.',
  },
  {
    group: 'multicluster.x-k8s.io',
    resources: ['clusterprofiles'],
    verbs: read,
    why: 'Where clusters are, and which access providers have credentials for them.',
  },
  {
    group: 'events.k8s.io',
    resources: ['events'],
    verbs: ['create', 'patch'],
    why: 'What happened to an object is told in its namespace; a repetition is counted on the same event.',
  },
  {
    group: '',
    resources: ['namespaces'],
    verbs: ['get'],
    names: ['kube-system'],
    why: 'The uid of this namespace is the identity of the hub: it marks what belongs to this hub on a spoke, and tells that a member is the hub itself, by whatever name and address.',
  },
];

/** Leases of the operator's own namespace. */
export const leaseRules: readonly ExplainedRule[] = [
  {
    group: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: [...read, 'create', 'update'],
    why: 'Replicas agree by Leases on who works on what. They are listed for those of another number of buckets, whose holders must have ended.',
  },
];

/** Secrets in the namespaces that ClusterProfiles may point to. */
export const credentialRules: readonly ExplainedRule[] = [
  {
    group: '',
    resources: ['secrets'],
    verbs: read,
    why: 'The builtin access providers read credentials of clusters from Secrets; each is watched by its name, so that a rotation is seen at once. Plugins that run as processes read them with the same account.',
  },
];

/** What Knative on the hub itself takes beside the rules of its delivery. */
export const localKnativeRules: readonly ExplainedRule[] = [
  {
    group: 'operator.knative.dev',
    resources: ['knativeservings/finalizers', 'knativeeventings/finalizers'],
    verbs: ['update'],
    why: 'On the hub objects belong to the KnativeServing or KnativeEventing. Clusters with the OwnerReferencesPermissionEnforcement admission, such as OpenShift, ask for this right.',
    isOptional: true,
  },
];

/** Members in the operator's own namespace. */
export const membershipRules: readonly ExplainedRule[] = [
  {
    group: '',
    resources: ['secrets'],
    verbs: read,
    why: 'Members are labelled Secrets with kubeconfigs. RBAC knows no labels, so that this is all Secrets of the namespace.',
  },
  {
    group: 'install.kedify.io',
    resources: ['kedifyconfigurations'],
    verbs: [...read, 'create'],
    why: 'The members are told in the status of this object; where there is none, it is made.',
  },
  {
    group: 'install.kedify.io',
    resources: ['kedifyconfigurations/status'],
    verbs: ['patch'],
    why: 'State, provider and trouble of each member.',
  },
];

/** Workloads that are spread over members, in every namespace. */
export const scalingRules: readonly ExplainedRule[] = [
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects'],
    verbs: [...read, 'patch'],
    why: 'What is to be spread where. It is patched for the finalizer, and for annotations that a restart reads.',
  },
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects/status'],
    verbs: ['patch'],
    why: 'Conditions, and who has how many replicas.',
  },
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects/scale'],
    verbs: ['get', 'update', 'patch'],
    why: 'The total, where the builtin engine decides it, and where one that was overwritten is restored.',
  },
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects/finalizers'],
    verbs: ['update'],
    why: 'A ScaledObject belongs to its DistributedScaledObject. Clusters with the OwnerReferencesPermissionEnforcement admission ask for this right.',
    isOptional: true,
  },
  {
    group: '',
    resources: ['namespaces'],
    verbs: ['get'],
    why: 'An object whose namespace is being deleted must not hold that up.',
  },
  {
    group: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
    why: 'An autoscaler of the hub that scales the same workload would undo every number; it is named in a condition.',
    isOptional: true,
  },
  {
    group: 'apps',
    resources: ['deployments', 'statefulsets'],
    verbs: ['get'],
    why: 'The uid of what such an autoscaler scales tells whether a member is the hub under another name.',
    isOptional: true,
  },
];

/** Where KEDA evaluates triggers. */
export const kedaEngineRules: readonly ExplainedRule[] = [
  {
    group: 'keda.sh',
    resources: ['scaledobjects'],
    verbs: [...read, 'create', 'patch'],
    why: 'Each DistributedScaledObject has one for KEDA. It goes with its owner, so that none is ever deleted.',
  },
  {
    group: 'apps',
    resources: ['deployments'],
    verbs: ['list'],
    why: "The Deployment of KEDA's operator tells which account it has.",
    isOptional: true,
  },
  {
    group: '',
    resources: ['serviceaccounts'],
    verbs: ['get'],
    names: ['keda-operator'],
    why: 'That account where the Deployment is labelled otherwise.',
    isOptional: true,
  },
  {
    group: 'authorization.k8s.io',
    resources: ['subjectaccessreviews'],
    verbs: ['create'],
    why: 'Whether KEDA may scale DistributedScaledObjects; where it may not, a condition tells what to grant it.',
    isOptional: true,
  },
];

/** Where the operator evaluates triggers itself: in the namespaces of the objects, and in its own. */
export const builtinEngineRules: readonly ExplainedRule[] = [
  {
    group: '',
    resources: ['configmaps', 'secrets'],
    verbs: read,
    why: 'Triggers read numbers and credentials from them, each by its name.',
  },
  {
    group: '',
    resources: ['pods'],
    verbs: ['list'],
    why: 'The trigger kubernetes-workload counts them.',
  },
  {
    group: 'keda.sh',
    resources: ['triggerauthentications'],
    verbs: ['get'],
    why: 'What a trigger authenticates with.',
  },
  {
    group: 'keda.sh',
    resources: ['scaledobjects'],
    verbs: ['get', 'delete'],
    why: 'What the engine keda has left is taken back before this one begins. The external scaler sees in them whether somebody really asks for what is asked.',
  },
  {
    group: 'keda.kedify.io',
    resources: ['distributedscaledobjects'],
    verbs: ['get'],
    why: 'The external scaler sees the same in them.',
  },
];

/** The same, for what has no namespace. */
export const builtinEngineClusterRules: readonly ExplainedRule[] = [
  {
    group: 'keda.sh',
    resources: ['clustertriggerauthentications'],
    verbs: ['get'],
    why: "What triggers of all namespaces authenticate with; its Secrets are in the operator's own.",
  },
];

/** Workloads that are delivered from the hub to the members. */
export const fromHubRules: readonly ExplainedRule[] = [
  {
    group: 'apps',
    resources: ['deployments', 'statefulsets'],
    verbs: read,
    why: "The workload of an object with 'spec.workload.fromHub', by its name.",
  },
  {
    group: '',
    resources: ['configmaps', 'secrets', 'serviceaccounts'],
    verbs: read,
    why: 'What its pods mount, read and run as, each by its name.',
  },
];
