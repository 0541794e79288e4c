export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  /** Upper bounds of a histogram, in the metric's unit. */
  readonly buckets?: readonly number[];
  /** A gauge that tells a current state: there is one series for each value of these labels, the last one set. */
  readonly identity?: readonly string[];
  /** The kind of the objects that the labels `namespace` and `name` are about. */
  readonly kind?: string;
}

/** client-go's and controller-runtime's buckets, so that boards made for Go operators read the same. */
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
const workQueueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const deliveryBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];

/**
 * Every metric besides `process_*` and `nodejs_*`. Names of Go's libraries keep their names and meaning; labels never
 * are `namespace`, `name` of an object, `cluster`, `job` or `pod`, which Prometheus or its users set themselves. Those of
 * `kube_kedify_*` are the exception: boards and alarms made for Kedify, which has them from kube-state-metrics, go on.
 */
export const metricTable = {
  controller_runtime_reconcile_total: {
    type: 'counter',
    labels: ['controller', 'result'],
    help: 'Reconciles by result: success, requeue_after or error.',
  },
  controller_runtime_reconcile_errors_total: {
    type: 'counter',
    labels: ['controller'],
    help: 'Reconciles that ended in an error.',
  },
  controller_runtime_terminal_reconcile_errors_total: {
    type: 'counter',
    labels: ['controller'],
    help: 'Reconciles that ended in an error which is not retried.',
  },
  controller_runtime_reconcile_panics_total: {
    type: 'counter',
    labels: ['controller'],
    help: 'Reconciles that ended in a defect of this program.',
  },
  controller_runtime_reconcile_timeouts_total: {
    type: 'counter',
    labels: ['controller'],
    help: 'Reconciles that reached their deadline.',
  },
  controller_runtime_reconcile_time_seconds: {
    type: 'histogram',
    labels: ['controller'],
    buckets: reconcileBuckets,
    help: 'Length of a reconcile.',
  },
  controller_runtime_max_concurrent_reconciles: {
    type: 'gauge',
    labels: ['controller'],
    help: 'Workers of a controller.',
  },
  controller_runtime_active_workers: {
    type: 'gauge',
    labels: ['controller'],
    help: 'Workers of a controller that are in a reconcile.',
  },
  workqueue_depth: { type: 'gauge', labels: ['name'], help: 'Keys that wait for a worker.' },
  workqueue_adds_total: { type: 'counter', labels: ['name'], help: 'Keys added to the queue.' },
  workqueue_retries_total: { type: 'counter', labels: ['name'], help: 'Keys put back after an error.' },
  workqueue_queue_duration_seconds: {
    type: 'histogram',
    labels: ['name'],
    buckets: workQueueBuckets,
    help: 'How long a key that is due waits for a worker.',
  },
  workqueue_work_duration_seconds: {
    type: 'histogram',
    labels: ['name'],
    buckets: workQueueBuckets,
    help: 'How long a worker is busy with a key.',
  },
  workqueue_unfinished_work_seconds: {
    type: 'gauge',
    labels: ['name'],
    help: 'Sum of the time that the keys under way have taken so far.',
  },
  workqueue_longest_running_processor_seconds: {
    type: 'gauge',
    labels: ['name'],
    help: 'Time that the longest running key has taken so far.',
  },
  rest_client_requests_total: {
    type: 'counter',
    labels: ['code', 'method', 'host'],
    help: 'Requests to API servers; host is hub or spokes, code is the HTTP status or error.',
  },
  rest_client_request_duration_seconds: {
    type: 'histogram',
    labels: ['verb', 'host'],
    buckets: requestBuckets,
    help: 'Length of a request to an API server; host is hub or spokes.',
  },
  leader_election_master_status: {
    type: 'gauge',
    labels: ['name'],
    help: '1 while this process holds the Lease, 0 otherwise.',
  },
  wheelwright_build_info: { type: 'gauge', labels: ['version', 'revision'], help: 'Always 1.' },
  wheelwright_buckets: {
    type: 'gauge',
    labels: [],
    help: 'Buckets of work that all replicas together have to hold.',
  },
  wheelwright_buckets_owned: {
    type: 'gauge',
    labels: ['bucket'],
    help: '1 while this replica works on the bucket, 0 otherwise.',
  },
  wheelwright_cluster_info: {
    type: 'gauge',
    labels: ['target_cluster', 'source', 'provider', 'server_version'],
    identity: ['target_cluster'],
    help: 'Always 1: where a cluster comes from and what it runs.',
  },
  wheelwright_cluster_state: {
    type: 'gauge',
    labels: ['target_cluster', 'state'],
    identity: ['target_cluster'],
    help: 'Always 1: the state a cluster is in now.',
  },
  wheelwright_cluster_last_contact_timestamp_seconds: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: 'When a cluster answered last.',
  },
  wheelwright_cluster_credential_expiry_timestamp_seconds: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: 'When the credential for a cluster ends.',
  },
  wheelwright_cluster_authority_expiry_timestamp_seconds: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: 'When the first certificate of the CA bundle of a cluster ends.',
  },
  wheelwright_members: {
    type: 'gauge',
    labels: ['provider', 'state'],
    help: 'Members by where they come from and how they are.',
  },
  wheelwright_provider_file_reload_failures_total: {
    type: 'counter',
    labels: [],
    help: 'Contents of the access provider file that could not be used; the last good one stayed in force.',
  },
  wheelwright_cluster_circuit_open: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: '1 while calls to a cluster are held back after failures.',
  },
  wheelwright_cluster_watches: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: 'Open watches on a cluster.',
  },
  wheelwright_credential_fetch_total: {
    type: 'counter',
    labels: ['provider', 'outcome'],
    help: 'Credentials asked of an access provider; outcome is ok or the kind of failure.',
  },
  wheelwright_credential_fetch_duration_seconds: {
    type: 'histogram',
    labels: ['provider'],
    buckets: requestBuckets,
    help: 'How long an access provider takes.',
  },
  wheelwright_cluster_requests_total: {
    type: 'counter',
    labels: ['target_cluster', 'outcome'],
    help: 'Requests to a cluster by outcome.',
  },
  wheelwright_cluster_watch_restarts_total: {
    type: 'counter',
    labels: ['target_cluster', 'cause'],
    help: 'Watches on a cluster that had to be opened again after a failure.',
  },
  wheelwright_resource_status: {
    type: 'gauge',
    labels: ['kind', 'object_namespace', 'object_name', 'target_cluster', 'reason'],
    identity: ['kind', 'object_namespace', 'object_name'],
    help: 'Always 1: the reason of the Ready condition, empty while it is True.',
  },
  wheelwright_resource_deletion_age_seconds: {
    type: 'gauge',
    labels: ['kind', 'object_namespace', 'object_name'],
    help: 'How long an object has been waiting to be deleted.',
  },
  wheelwright_inventory_objects: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: 'Objects that are kept on a cluster.',
  },
  wheelwright_inventory_not_ready: {
    type: 'gauge',
    labels: ['target_cluster'],
    help: 'Objects on a cluster that are not ready.',
  },
  wheelwright_drift_total: {
    type: 'counter',
    labels: ['target_cluster', 'action'],
    help: 'Changes by others on a cluster; action is recreated, reverted, left (to the owner of a field) or reported (and not mended).',
  },
  wheelwright_drift_mend_duration_seconds: {
    type: 'histogram',
    labels: [],
    buckets: deliveryBuckets,
    help: 'From the notice of a change by others to its repair.',
  },
  wheelwright_delivery_duration_seconds: {
    type: 'histogram',
    labels: ['phase'],
    buckets: deliveryBuckets,
    help: 'Length of a phase of a delivery.',
  },
  wheelwright_install_duration_seconds: {
    type: 'histogram',
    labels: ['kind'],
    buckets: deliveryBuckets,
    help: 'From the creation of an object to its first Ready.',
  },
  wheelwright_delivery_writes_total: {
    type: 'counter',
    labels: ['verb', 'outcome'],
    help: 'Writes of managed objects to clusters.',
  },
  kube_kedify_distributedscaledobject_info: {
    type: 'gauge',
    labels: ['namespace', 'name', 'uid'],
    identity: ['namespace', 'name'],
    kind: 'DistributedScaledObject',
    help: 'Always 1.',
  },
  kube_kedify_distributedscaledobject_created: {
    type: 'gauge',
    labels: ['namespace', 'name'],
    kind: 'DistributedScaledObject',
    help: 'When the object was created, in seconds since 1970.',
  },
  kube_kedify_distributedscaledobject_spec_total_target_replicas: {
    type: 'gauge',
    labels: ['namespace', 'name'],
    kind: 'DistributedScaledObject',
    help: 'How many replicas there must be on all members together.',
  },
  kube_kedify_distributedscaledobject_status_total_current_replicas: {
    type: 'gauge',
    labels: ['namespace', 'name'],
    kind: 'DistributedScaledObject',
    help: 'How many replicas autoscalers are told there are.',
  },
  kube_kedify_distributedscaledobject_status_members_healthy_count: {
    type: 'gauge',
    labels: ['namespace', 'name'],
    kind: 'DistributedScaledObject',
    help: 'Members that are ready.',
  },
  kube_kedify_distributedscaledobject_status_members_total_count: {
    type: 'gauge',
    labels: ['namespace', 'name'],
    kind: 'DistributedScaledObject',
    help: 'Members that the object wants.',
  },
  kube_kedify_distributedscaledobject_status_condition: {
    type: 'gauge',
    labels: ['namespace', 'name', 'type'],
    kind: 'DistributedScaledObject',
    help: '1 while the condition is True, 0 otherwise.',
  },
  kube_kedify_distributedscaledobject_status_condition_info: {
    type: 'gauge',
    labels: ['namespace', 'name', 'type', 'status', 'reason'],
    identity: ['namespace', 'name', 'type'],
    kind: 'DistributedScaledObject',
    help: 'Always 1: the status and the reason that a condition has now.',
  },
  wheelwright_dso_member_replicas: {
    type: 'gauge',
    labels: ['object_namespace', 'object_name', 'kind', 'member', 'state'],
    help: 'Replicas of one object on one member; state is current or desired.',
  },
  wheelwright_dso_member_excluded: {
    type: 'gauge',
    labels: ['object_namespace', 'object_name', 'kind', 'member'],
    help: '1 while others have the replicas of a member that has failed for longer than the grace period, 0 otherwise.',
  },
  wheelwright_dso_ready_replicas: {
    type: 'gauge',
    labels: ['object_namespace', 'object_name', 'kind'],
    help: 'Replicas of one object that are ready, on all members in sight together.',
  },
  wheelwright_dso_unplaced_replicas: {
    type: 'gauge',
    labels: ['object_namespace', 'object_name', 'kind'],
    help: 'Replicas of the total that no member is asked to run.',
  },
  wheelwright_trigger_reads_total: {
    type: 'counter',
    labels: ['trigger_type', 'outcome'],
    help: 'Times that the builtin engine has read a trigger; outcome is value or error.',
  },
  wheelwright_dso_plan_duration_seconds: {
    type: 'histogram',
    labels: [],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5],
    help: 'How long it takes to decide who runs how many replicas.',
  },
  wheelwright_dso_write_duration_seconds: {
    type: 'histogram',
    labels: [],
    buckets: requestBuckets,
    help: 'From the decision on a number to its arrival on the member.',
  },
  wheelwright_dso_write_failures_total: {
    type: 'counter',
    labels: ['refused'],
    help: 'Writes of numbers that did not arrive; refused is true where trying again does not help.',
  },
} as const satisfies Record<string, MetricRow>;

type Table = typeof metricTable;

export type MetricName<Type extends MetricRow['type'] = MetricRow['type']> = {
  [Name in keyof Table]: Table[Name]['type'] extends Type ? Name : never;
}[keyof Table];

export type MetricLabels<Name extends MetricName> = Readonly<Record<Table[Name]['labels'][number], string>>;
