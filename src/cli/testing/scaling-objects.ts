import type { Condition, KubeObject } from '../../api/index.ts';
import { ago, now } from './objects.ts';

export interface ShownMember {
  readonly id?: string;
  readonly state?: string;
  readonly provider?: string;
  readonly info?: string;
}

/** The KedifyConfiguration of namespace `keda`, with the members that the operator tells of there. */
export function kedifyConfiguration(
  clusters: Readonly<Record<string, ShownMember>> | undefined,
  annotations: Readonly<Record<string, string>> = {},
  unread?: Readonly<Record<string, string>>,
): KubeObject {
  return {
    apiVersion: 'install.kedify.io/v1alpha1',
    kind: 'KedifyConfiguration',
    metadata: { namespace: 'keda', name: 'kedify', annotations },
    status:
      clusters === undefined && unread === undefined ? {} : { multiClusterStatus: { clusters, unread } },
  };
}

/** A member that the operator reaches by a Secret of its own. */
export function reached(name: string, more: ShownMember = {}): ShownMember {
  return { id: name, state: 'Ready', provider: 'kubeconfig', info: 'The cluster answers.', ...more };
}

export interface ShownRow {
  readonly member: string;
  readonly desired?: number;
  readonly current?: number;
  readonly state?: 'Ready' | 'NotReady' | 'Unknown';
  readonly description?: string;
  readonly excluded?: boolean;
}

export interface ScaledObjectOptions {
  readonly total?: number;
  readonly rows?: readonly ShownRow[];
  readonly conditions?: readonly Condition[];
  readonly members?: readonly object[];
  readonly selector?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A DistributedScaledObject, `namespace/name`, as the operator leaves it. */
export function scaledObject(key: string, options: ScaledObjectOptions = {}): KubeObject {
  const { total = 5, rows = [], conditions = [served], members, annotations = {} } = options;
  const selector = 'selector' in options ? options.selector : 'keda.kedify.io/dso=1';
  const [namespace = '', name = ''] = key.split('/');
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: {
      namespace,
      name,
      uid: `uid-${key}`,
      generation: 1,
      creationTimestamp: ago(7_200),
      annotations,
    },
    spec: {
      ...(members === undefined ? {} : { memberClusters: members }),
      totalTargetReplicas: total,
      scaledObjectSpec: {
        scaleTargetRef: { kind: 'Deployment', name },
        triggers: [{ type: 'cron', metadata: {} }],
      },
    },
    status: {
      conditions,
      totalCurrentReplicas: rows.reduce((sum, row) => sum + (row.current ?? row.desired ?? 0), 0),
      ...(selector === undefined ? {} : { selector }),
      memberClusterStatuses: Object.fromEntries(rows.map((row) => [row.member, rowStatus(row)])),
    },
  };
}

export const served: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'AllMembersReady',
  message: 'All members are ready.',
  lastTransitionTime: ago(3_600),
};

function rowStatus({
  member,
  desired = 0,
  current = desired,
  state = 'Ready',
  description = 'Cluster is healthy: its share by weight 1',
  excluded = false,
}: ShownRow): object {
  return {
    currentReplicas: current,
    desiredReplicas: desired,
    state,
    description,
    id: member,
    provider: 'kubeconfig',
    excluded,
    lastStatusChangeTime: ago(300),
  };
}

/** The plan of an object: us-2 was lost ten minutes ago, and eu-1 has taken over. */
export const handedOver = JSON.stringify({
  version: 1,
  published: 10,
  assigned: true,
  namespace: 'shop',
  members: [
    { name: 'eu-1', id: 'kubeconfig#*', desired: 10 },
    { name: 'us-2', id: 'kubeconfig#*', phase: { name: 'excluded', since: now - 600_000, retained: 0 } },
  ],
});

/** As it is then; `more` conditions stand behind those of its triggers. */
export function handedOverObject(...more: readonly Condition[]): KubeObject {
  return scaledObject('shop/checkout', {
    total: 10,
    annotations: { 'wheelwright.dev/plan-state': handedOver },
    rows: [
      { member: 'eu-1', desired: 10 },
      {
        member: 'us-2',
        desired: 0,
        current: 5,
        state: 'NotReady',
        excluded: true,
        description: 'connect ETIMEDOUT 10.4.0.1:6443: the others have taken over',
      },
    ],
    conditions: [
      {
        type: 'ScaledObjectActive',
        status: 'True',
        reason: 'TriggersActive',
        message: 's0-kafka is at 50.',
        lastTransitionTime: ago(900),
      },
      ...more,
    ],
  });
}
