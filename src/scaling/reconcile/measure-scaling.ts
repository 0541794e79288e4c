import type { DistributedScaledObjectStatus, KubeObject } from '../../api/index.ts';
import type { Metrics } from '../../controller/index.ts';
import { statusOf } from './scaling-status.ts';

export interface ScalingMeasures {
  readonly status: Partial<DistributedScaledObjectStatus>;
  /** On all members in sight; undefined where nobody has looked. */
  readonly readyReplicas: number | undefined;
}

/** What boards show of one object, as it was read, with its new status; all of it ends with the object. */
export function measureScaling(
  metrics: Metrics,
  object: KubeObject,
  { status, readyReplicas }: ScalingMeasures,
): void {
  const { metadata, kind, spec } = object;
  const { name, namespace = '', uid = '', creationTimestamp } = metadata;
  const labels = { namespace, name };
  const { totalTargetReplicas = 0 } = (spec ?? {}) as { readonly totalTargetReplicas?: number };
  metrics.set('kube_kedify_distributedscaledobject_info', { ...labels, uid }, 1);
  if (creationTimestamp !== undefined) {
    const created = Date.parse(creationTimestamp) / 1000;
    metrics.set('kube_kedify_distributedscaledobject_created', labels, created);
  }
  metrics.set('kube_kedify_distributedscaledobject_spec_total_target_replicas', labels, totalTargetReplicas);
  metrics.set(
    'kube_kedify_distributedscaledobject_status_total_current_replicas',
    labels,
    status.totalCurrentReplicas ?? 0,
  );
  metrics.set(
    'kube_kedify_distributedscaledobject_status_members_healthy_count',
    labels,
    status.membersHealthyCount ?? 0,
  );
  metrics.set(
    'kube_kedify_distributedscaledobject_status_members_total_count',
    labels,
    status.membersTotalCount ?? 0,
  );
  const types = new Set((status.conditions ?? []).map(({ type }) => type));
  for (const { type } of statusOf(object).conditions ?? []) {
    if (types.has(type)) continue;
    metrics.remove('kube_kedify_distributedscaledobject_status_condition', { ...labels, type });
    metrics.remove('kube_kedify_distributedscaledobject_status_condition_info', { ...labels, type });
  }
  for (const { type, status: value, reason } of status.conditions ?? []) {
    const of = { ...labels, type };
    metrics.set('kube_kedify_distributedscaledobject_status_condition', of, value === 'True' ? 1 : 0);
    metrics.set(
      'kube_kedify_distributedscaledobject_status_condition_info',
      { ...of, status: value, reason },
      1,
    );
  }
  const of = { kind, object_namespace: namespace, object_name: name };
  const members = status.memberClusterStatuses ?? {};
  for (const member of Object.keys(statusOf(object).memberClusterStatuses ?? {})) {
    if (Object.hasOwn(members, member)) continue;
    for (const state of ['current', 'desired'])
      metrics.remove('wheelwright_dso_member_replicas', { ...of, member, state });
    metrics.remove('wheelwright_dso_member_excluded', { ...of, member });
  }
  for (const [member, { currentReplicas, desiredReplicas, excluded }] of Object.entries(members)) {
    metrics.set('wheelwright_dso_member_excluded', { ...of, member }, excluded === true ? 1 : 0);
    metrics.set('wheelwright_dso_member_replicas', { ...of, member, state: 'current' }, currentReplicas);
    metrics.set('wheelwright_dso_member_replicas', { ...of, member, state: 'desired' }, desiredReplicas);
  }
  const asked = Object.values(members).reduce((sum, { desiredReplicas }) => sum + desiredReplicas, 0);
  metrics.set('wheelwright_dso_unplaced_replicas', of, Math.max(0, totalTargetReplicas - asked));
  if (readyReplicas !== undefined) metrics.set('wheelwright_dso_ready_replicas', of, readyReplicas);
}
