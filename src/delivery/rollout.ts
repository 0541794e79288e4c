import type { Condition, KubeObject } from '../api/index.ts';

/** How far a workload's rollout is, from its own status. */
export type Rollout =
  | { readonly state: 'complete' }
  | { readonly state: 'progressing'; readonly ready: number; readonly wanted: number; readonly why?: string }
  /** It will not get further by itself. */
  | { readonly state: 'failed'; readonly ready: number; readonly wanted: number; readonly why: string };

/** Kinds whose rollout counts for readiness. */
export const rolloutKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly conditions?: readonly Condition[];
}

/**
 * Rolled out means: the controller has seen this generation, every wanted replica is of it and available, and none of
 * an earlier one is left. `kubectl rollout status` asks the same; the condition Available alone does not, and stays True
 * while the old pods serve and the new ones crash.
 */
export function rolloutOf(workload: KubeObject): Rollout {
  const status = (workload['status'] ?? {}) as WorkloadStatus;
  const replicas = (workload['spec'] as { readonly replicas?: number } | undefined)?.replicas ?? 1;
  const seen = (status.observedGeneration ?? 0) >= (workload.metadata.generation ?? 0);
  switch (workload.kind) {
    case 'DaemonSet':
      return daemonSet(status, seen);
    case 'StatefulSet':
      return statefulSet(status, replicas, seen);
    default:
      return deployment(status, replicas, seen);
  }
}

function deployment(status: WorkloadStatus, wanted: number, seen: boolean): Rollout {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status;
  const ready = Math.min(availableReplicas, updatedReplicas);
  const available = conditions.find((condition) => condition.type === 'Available');
  const complete =
    seen &&
    updatedReplicas >= wanted &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas &&
    available?.status === 'True';
  if (complete) return { state: 'complete' };
  const progressing = conditions.find((condition) => condition.type === 'Progressing');
  if (seen && progressing?.reason === 'ProgressDeadlineExceeded') {
    return { state: 'failed', ready, wanted, why: progressing.message ?? progressing.reason };
  }
  const failure = conditions.find(
    (condition) => condition.type === 'ReplicaFailure' && condition.status === 'True',
  );
  return {
    state: 'progressing',
    ready,
    wanted,
    ...(failure?.message === undefined ? {} : { why: failure.message }),
  };
}

function statefulSet(status: WorkloadStatus, wanted: number, seen: boolean): Rollout {
  const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status;
  const sameRevision = currentRevision === updateRevision || updatedReplicas >= wanted;
  if (seen && readyReplicas >= wanted && sameRevision) return { state: 'complete' };
  return { state: 'progressing', ready: readyReplicas, wanted };
}

function daemonSet(status: WorkloadStatus, seen: boolean): Rollout {
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
  if (seen && updatedNumberScheduled >= wanted && numberAvailable >= wanted) return { state: 'complete' };
  return { state: 'progressing', ready: Math.min(updatedNumberScheduled, numberAvailable), wanted };
}
