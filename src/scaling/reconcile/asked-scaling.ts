import {
  type DistributedScaledObject,
  type KubeObject,
  parseDistributedScaledObject,
  type Problem,
} from '../../api/index.ts';
import type { PlanSpec } from '../plan/plan-spec.ts';
import { readSpec } from '../plan/read-spec.ts';
import type { WorkloadReference } from '../workload/workload.ts';

/** What an object asks for, judged. */
export interface AskedScaling {
  readonly object: DistributedScaledObject;
  readonly spec: PlanSpec;
  readonly target: Omit<WorkloadReference, 'namespace'>;
  readonly least: number;
  readonly most: number;
  readonly restoresOriginals: boolean;
  /** Triggers that fail may look, for a while, as if they asked for nothing. */
  readonly hasFallback: boolean;
  /** The workload on members is that of the hub. */
  readonly fromHub: boolean;
  readonly warnings: readonly string[];
}

export type AskedOrInvalid =
  | { readonly ok: true; readonly asked: AskedScaling }
  | { readonly ok: false; readonly why: string };

/** The value of a label, which the name of a ScaledObject becomes. */
const longestName = 63;
const shownProblems = 5;
/** With it replicas stay where they are, whatever happens to members. */
export const pausedRebalance = 'keda.kedify.io/paused-rebalance';

export function readAskedScaling(object: KubeObject): AskedOrInvalid {
  const { name, annotations = {} } = object.metadata;
  if (name.length > longestName)
    return invalid([
      { field: 'metadata.name', message: `must have at most ${longestName} characters: it becomes a label` },
    ]);
  const parsed = parseDistributedScaledObject(object);
  if (!parsed.ok) return invalid(parsed.problems);
  const read = readSpec(parsed.resource);
  if (!read.ok) return invalid(read.problems);
  const { scaledObjectSpec } = parsed.resource.spec;
  const { scaleTargetRef, minReplicaCount = 0, maxReplicaCount = 100, advanced, fallback } = scaledObjectSpec;
  return {
    ok: true,
    asked: {
      object: parsed.resource,
      spec: rebalancingSpec(read.spec, annotations),
      target: {
        apiVersion: or(scaleTargetRef.apiVersion, 'apps/v1'),
        kind: or(scaleTargetRef.kind, 'Deployment'),
        name: scaleTargetRef.name,
      },
      least: minReplicaCount,
      most: maxReplicaCount,
      fromHub: parsed.resource.spec.workload?.fromHub === true,
      hasFallback: fallback !== undefined,
      restoresOriginals: advanced?.restoreToOriginalReplicaCount === true,
      warnings: read.warnings.map(sayProblem),
    },
  };
}

/** What is planned by: with the annotation no replicas move because of an outage or a return. */
export function rebalancingSpec(spec: PlanSpec, annotations: Readonly<Record<string, string>>): PlanSpec {
  if (!isOn(annotations[pausedRebalance])) return spec;
  return { ...spec, policy: { ...spec.policy, maxRebalancePercentage: 0 } };
}

/** As KEDA reads its own annotations: present is enough, unless it says otherwise. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== 'false';
}

function or(value: string | undefined, absent: string): string {
  return value === undefined || value === '' ? absent : value;
}

function invalid(problems: readonly Problem[]): AskedOrInvalid {
  const more = problems.length > shownProblems ? ` and ${problems.length - shownProblems} more` : '';
  return { ok: false, why: `${problems.slice(0, shownProblems).map(sayProblem).join('; ')}${more}` };
}

export function sayProblem({ field, value, message }: Problem): string {
  return `${field}${value === undefined ? '' : ` '${value}'`} ${message}`;
}
