import { isRecord, type KubeObject } from '../../api/index.ts';
import type { WorkloadReference } from '../workload/workload.ts';

/** What an object scales, whatever else is wrong with it; undefined where not even that can be read. */
export function readTarget({ spec }: KubeObject): Omit<WorkloadReference, 'namespace'> | undefined {
  const { scaledObjectSpec } = isRecord(spec) ? spec : {};
  const target = isRecord(scaledObjectSpec) ? scaledObjectSpec['scaleTargetRef'] : undefined;
  if (!isRecord(target)) return undefined;
  const { name, apiVersion, kind } = target;
  if (!isText(name)) return undefined;
  return {
    apiVersion: isText(apiVersion) ? apiVersion : 'apps/v1',
    kind: isText(kind) ? kind : 'Deployment',
    name,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
