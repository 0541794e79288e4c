import type { CommonSpec, KubeObject, WorkloadOverride } from '../../api/index.ts';
import { generateName, isKind, objectName } from './object-kinds.ts';

/** `spec.deployments` and `spec.workloads` in the order in which they are applied. */
export function overridesOf({ deployments = [], workloads = [] }: CommonSpec): readonly WorkloadOverride[] {
  return [...deployments, ...workloads];
}

/** Whether an override means a workload: a Deployment or StatefulSet of the name, a Job of the generateName. */
export function isMeant(object: KubeObject, { name }: WorkloadOverride): boolean {
  if (isKind(object, 'apps', 'Deployment', 'StatefulSet')) return objectName(object) === name;
  return isKind(object, 'batch', 'Job') && generateName(object) === name;
}
