import { isRecord, type KubeObject, type ManagedFieldsEntry } from '../../api/index.ts';
import type { Sight, Workload } from './workload.ts';

type ScaledWorkload = Sight & { readonly seen: 'workload' };

/** A Deployment, as little as is needed of it: a namespace may have thousands that nobody here asks for. */
export function readDeployment(object: KubeObject): Sight {
  const { uid = '', resourceVersion = '', deletionTimestamp, managedFields = [], name } = object.metadata;
  if (deletionTimestamp !== undefined)
    return { seen: 'failure', why: `${object.kind} '${name}' is being deleted` };
  const [spec, status] = [object['spec'], object['status']];
  return {
    seen: 'workload',
    uid,
    resourceVersion,
    // As the API server defaults it.
    wanted: numberAt(spec, 'replicas', 1),
    replicas: numberAt(status, 'replicas', 0),
    ready: numberAt(status, 'readyReplicas', 0),
    ...writerOfReplicas(managedFields),
  };
}

/** A Scale, which says nothing of readiness: those that there are count as ready, until their pods are counted. */
export function readScale(object: KubeObject): ScaledWorkload {
  const { uid = '', resourceVersion = '' } = object.metadata;
  const replicas = numberAt(object['status'], 'replicas', 0);
  // A Scale of 0 may come without the number.
  return {
    seen: 'workload',
    uid,
    resourceVersion,
    wanted: numberAt(object['spec'], 'replicas', 0),
    replicas,
    ready: replicas,
  };
}

/** Which pods belong to what the Scale is of; '' where it does not say. */
export function podSelectorOf(scale: KubeObject): string {
  const selector = isRecord(scale['status']) ? scale['status']['selector'] : undefined;
  return typeof selector === 'string' ? selector : '';
}

/** A pod that serves, and goes on to. */
export function isReadyPod({ metadata, status }: KubeObject): boolean {
  const conditions: unknown = isRecord(status) ? status['conditions'] : undefined;
  return (
    metadata.deletionTimestamp === undefined &&
    Array.isArray(conditions) &&
    conditions.some(
      (condition) => isRecord(condition) && condition['type'] === 'Ready' && condition['status'] === 'True',
    )
  );
}

/** A selector may have pods of others too: no more are ready than there are. */
export function withReadyPods(workload: ScaledWorkload, pods: number): ScaledWorkload {
  return { ...workload, ready: Math.min(pods, workload.replicas) };
}

function numberAt(value: unknown, name: string, absent: number): number {
  const number = isRecord(value) ? value[name] : undefined;
  return typeof number === 'number' ? number : absent;
}

/** Of several that own the field, who wrote last. */
function writerOfReplicas(
  managedFields: readonly ManagedFieldsEntry[],
): Pick<Workload, 'writer' | 'writtenAt'> {
  const owners = managedFields.filter(({ subresource, fieldsV1 }) => {
    const spec = isRecord(fieldsV1) ? fieldsV1['f:spec'] : undefined;
    return subresource !== 'status' && isRecord(spec) && Object.hasOwn(spec, 'f:replicas');
  });
  const [last] = owners.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  const writtenAt = Date.parse(last?.time ?? '');
  return { writer: last?.manager, writtenAt: Number.isNaN(writtenAt) ? undefined : writtenAt };
}
