import type { CommonSpec, KubeObject, WorkloadOverride } from '../../api/index.ts';
import { generateName, isKind, objectName } from './object-kinds.ts';

/** `spec.deployments` and `spec.workloads` in the order in which they are applied. */
export function overridesOf({ deployments = [], workloads = [] }: CommonSpec): readonly WorkloadOverride[] {
  return [...deployments, ...workloads];
}

/** Whether an override means a workload. */
export function isMeant(object: KubeObject, { name }: WorkloadOverride): boolean {
  return overrideName(object) === name;
}

/** The name by which overrides mean an object, which only Deployments, StatefulSets and Jobs without a name have. */
export function overrideName(object: KubeObject): string | undefined {
  if (isKind(object, 'apps', 'Deployment', 'StatefulSet')) return objectName(object);
  return isKind(object, 'batch', 'Job') && generateName(object) !== '' ? generateName(object) : undefined;
}
