/** An annotation, a label or a finalizer that the operator or the command line reads or writes. */
export interface ObjectKey {
  /** Capitals stand for what differs. */
  readonly key: string;
  readonly is: 'annotation' | 'label' | 'finalizer';
  /** What carries it. */
  readonly on: string;
  /** What may stand in it; '' for a finalizer. */
  readonly values: string;
  readonly meaning: string;
}

/** What you write, or have written for you. */
export const orders: readonly ObjectKey[] = [
  {
    key: 'operator.knative.dev/drift-policy',
    is: 'annotation',
    on: 'KnativeServing, KnativeEventing',
    values: '`correct` (default), `report`',
    meaning: 'With `report`, what others change on the cluster is told and left as it is.',
  },
  {
    key: 'operator.knative.dev/deletion-policy',
    is: 'annotation',
    on: 'KnativeServing, KnativeEventing',
    values: '`orphan`',
    meaning: 'Everything stays on the cluster when the object is deleted.',
  },
  {
    key: 'wheelwright.dev/drain',
    is: 'annotation',
    on: 'the Secret of a member, or its ClusterProfile',
    values: '`true`',
    meaning: 'Everything is moved away from the member. `wheelwright drain` writes it.',
  },
  {
    key: 'drain.wheelwright.dev/ALIAS',
    is: 'annotation',
    on: 'KedifyConfiguration',
    values: '`true`; the alias where it is longer than 63 characters',
    meaning: 'The same for a member of the bundled Secret. `wheelwright drain` writes it.',
  },
  {
    key: 'wheelwright.dev/member',
    is: 'label',
    on: 'ClusterProfile',
    values: '`true`',
    meaning: 'The cluster takes replicas.',
  },
  {
    key: 'sigs.k8s.io/multicluster-runtime-kubeconfig',
    is: 'label',
    on: 'Secret',
    values: '`true`',
    meaning: 'The Secret registers a member by its kubeconfig. `wheelwright members add` writes it.',
  },
  {
    key: 'multicluster.x-k8s.io/inventory-member-id',
    is: 'label',
    on: 'ClusterProfile',
    values: 'an id',
    meaning: 'Its cluster manager writes it: two profiles of a namespace with one id are one cluster.',
  },
  {
    key: 'keda.kedify.io/paused-rebalance',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: '`true`',
    meaning: 'Replicas stay where they are, whatever happens to members.',
  },
  {
    key: 'keda.kedify.io/adopt',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: '`true`',
    meaning: 'A ScaledObject of the same name that nobody owns is taken over.',
  },
  {
    key: 'autoscaling.keda.sh/paused',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'anything but `false`, `0`, `f`',
    meaning: 'The total stays as it is.',
  },
  {
    key: 'autoscaling.keda.sh/paused-replicas',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'a whole number from 0',
    meaning: 'The total is this number, and stays so.',
  },
  {
    key: 'autoscaling.keda.sh/paused-scale-in',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'anything but `false`, `0`, `f`',
    meaning: 'The total does not become smaller.',
  },
  {
    key: 'autoscaling.keda.sh/paused-scale-out',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'anything but `false`, `0`, `f`',
    meaning: 'The total does not become greater.',
  },
  {
    key: 'autoscaling.keda.sh/force-activation',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'anything but `false`, `0`, `f`',
    meaning: 'The total does not go to zero, as if a trigger asked for replicas.',
  },
];

/** What the operator and the command line keep for themselves. */
export const notes: readonly ObjectKey[] = [
  {
    key: 'knativeservings.operator.knative.dev',
    is: 'finalizer',
    on: 'KnativeServing',
    values: '',
    meaning: 'The object goes once its cluster is clean. The name is that of knative/operator.',
  },
  {
    key: 'knativeeventings.operator.knative.dev',
    is: 'finalizer',
    on: 'KnativeEventing',
    values: '',
    meaning: 'The same.',
  },
  {
    key: 'operator.knative.dev/anchor',
    is: 'annotation',
    on: 'the anchor: a ConfigMap on a spoke that owns all that is installed there',
    values: '`true`',
    meaning: 'The ConfigMap is an anchor.',
  },
  {
    key: 'operator.knative.dev/protected',
    is: 'annotation',
    on: 'the anchor',
    values: '`true`',
    meaning: 'Deleting it removes all that it owns.',
  },
  {
    key: 'operator.knative.dev/description',
    is: 'annotation',
    on: 'the anchor',
    values: 'a sentence',
    meaning: 'What it is for, for whoever finds it.',
  },
  {
    key: 'operator.knative.dev/hub-uid',
    is: 'annotation',
    on: 'the anchor',
    values: 'a uid',
    meaning: 'uid of the namespace kube-system of the hub.',
  },
  {
    key: 'operator.knative.dev/owner-uid',
    is: 'annotation',
    on: 'the anchor',
    values: 'a uid',
    meaning: 'uid of the object on the hub.',
  },
  {
    key: 'operator.knative.dev/owner-namespace',
    is: 'annotation',
    on: 'the anchor',
    values: 'a namespace',
    meaning: 'Namespace of the object on the hub.',
  },
  {
    key: 'operator.knative.dev/rendered-hash',
    is: 'annotation',
    on: 'the anchor',
    values: 'a hash',
    meaning: 'Of what was applied last, so that nothing is applied twice.',
  },
  {
    key: 'operator.knative.dev/released',
    is: 'annotation',
    on: 'the anchor',
    values: '`true`',
    meaning:
      'Its owner has given it up; the next object takes it over. You may write it where the hub of the owner is lost.',
  },
  {
    key: 'operator.knative.dev/cr-name',
    is: 'label',
    on: 'the anchor',
    values: 'a name',
    meaning: 'Name of the object on the hub.',
  },
  {
    key: 'app.kubernetes.io/managed-by',
    is: 'label',
    on: 'the anchor; the ScaledObject of an object',
    values: '`knative-operator`; `wheelwright`',
    meaning:
      'Who made it. Anchors have the value of knative/operator, so that either finds those of the other.',
  },
  {
    key: 'operator.knative.dev/created-for',
    is: 'annotation',
    on: 'a namespace on a spoke',
    values: 'kind, namespace and name',
    meaning: 'It was created for this object, and goes with it.',
  },
  {
    key: 'keda.kedify.io/dso-cleanup',
    is: 'finalizer',
    on: 'DistributedScaledObject',
    values: '',
    meaning: 'Members get their first numbers back before the object goes, where it asks for that.',
  },
  {
    key: 'wheelwright.dev/workload-from-hub',
    is: 'finalizer',
    on: 'DistributedScaledObject',
    values: '',
    meaning: 'What was delivered from the hub is removed from members before the object goes.',
  },
  {
    key: 'wheelwright.dev/plan-state',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'text',
    meaning: 'Outages and returns under way, for the next leader.',
  },
  {
    key: 'wheelwright.dev/engine-state',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'text',
    meaning: 'What the builtin engine must know after a restart.',
  },
  {
    key: 'wheelwright.dev/original-replicas',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'JSON',
    meaning: 'What members ran before anything was written there.',
  },
  {
    key: 'wheelwright.dev/delivered-to',
    is: 'annotation',
    on: 'DistributedScaledObject',
    values: 'JSON',
    meaning: 'Where its workload was delivered to from the hub.',
  },
  {
    key: 'distributedscaledobject.wheelwright.dev/NAME',
    is: 'label',
    on: 'what an object delivers to members',
    values: 'a hash',
    meaning: 'It was delivered for the object of this name.',
  },
  {
    key: 'keda.kedify.io/distributedscaledobject',
    is: 'label',
    on: 'ScaledObject',
    values: 'a name',
    meaning: 'The DistributedScaledObject that it was made for.',
  },
  {
    key: 'keda.kedify.io/dso-uid',
    is: 'label',
    on: 'nothing',
    values: 'a uid',
    meaning: 'Stands in `status.selector`, so that autoscalers find no pod on the hub.',
  },
  {
    key: 'scaledobject.keda.sh/name',
    is: 'label',
    on: 'ScaledObject',
    values: 'a name',
    meaning: 'KEDA writes it itself, so it is not passed on.',
  },
  {
    key: 'hub.wheelwright.dev/UID',
    is: 'annotation',
    on: 'the ServiceAccount on a member',
    values: 'a name',
    meaning: 'A hub has registered the member under this name. `wheelwright members add` writes it.',
  },
  {
    key: 'wheelwright.dev/lease-claim',
    is: 'annotation',
    on: 'Lease',
    values: 'text',
    meaning: 'A replica that holds fewer Leases asks for this one.',
  },
  {
    key: 'wheelwright.dev/lease-heir',
    is: 'annotation',
    on: 'Lease',
    values: 'text',
    meaning: 'Whom the last holder gave it up for.',
  },
];
