import {
  type DistributedScaledObject,
  type DistributedScaledObjectSpec,
  parseGoDuration,
  type Problem,
} from '../../api/index.ts';
import type { ListedMember, PlanSpec, RebalancingPolicy } from './plan-spec.ts';

export type ReadSpec =
  | { readonly ok: true; readonly spec: PlanSpec; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The longest that Go's durations can be, in milliseconds. */
const longestDuration = 9_223_372_036_854;

type WrittenMember = NonNullable<DistributedScaledObjectSpec['memberClusters']>[number];

/**
 * What an object asks for. Its definition accepts more than makes sense: what can be understood is taken with a warning,
 * such as a negative weight as 0; what cannot is a problem, such as a duration that is none.
 */
export function readSpec({ metadata, spec }: Pick<DistributedScaledObject, 'metadata' | 'spec'>): ReadSpec {
  const { memberClusters = [], rebalancingPolicy = {}, scheduling = {}, totalTargetReplicas = 0 } = spec;
  const warnings: Problem[] = [];
  const problems: Problem[] = [];
  const atLeast0 = (field: string, value: number): number => {
    if (value < 0)
      warnings.push({ field, value: String(value), message: 'must not be negative; it counts as 0' });
    return Math.max(0, value);
  };
  const duration = (name: string, text: string): number => {
    const milliseconds = parseGoDuration(text);
    // Times are whole milliseconds from here on, which `1.1h` is not to the last digit.
    if (milliseconds !== undefined && milliseconds >= 0)
      return Math.min(longestDuration, Math.round(milliseconds));
    const field = `spec.rebalancingPolicy.${name}`;
    problems.push({ field, value: text, message: 'must be a duration such as 1m30s, not below 0' });
    return 0;
  };
  const namespace = metadata.namespace ?? '';
  const gracePeriod = duration('gracePeriod', rebalancingPolicy.gracePeriod ?? '1m');
  const { recoveryStabilization, slowProgressDeadline, maxRebalancePercentage = 50 } = rebalancingPolicy;
  const policy: RebalancingPolicy = {
    gracePeriod,
    maxRebalancePercentage: Math.min(
      100,
      atLeast0('spec.rebalancingPolicy.maxRebalancePercentage', maxRebalancePercentage),
    ),
    recoveryStabilization:
      recoveryStabilization === undefined
        ? gracePeriod
        : duration('recoveryStabilization', recoveryStabilization),
    slowProgressDeadline:
      slowProgressDeadline === undefined ? undefined : duration('slowProgressDeadline', slowProgressDeadline),
    ignoreZeroWeightOnOutage: rebalancingPolicy.ignoreZeroWeightOnOutage === true,
    onWhitelistRemoval: rebalancingPolicy.onWhitelistRemoval ?? 'ScaleToZero',
  };
  const members = memberClusters.map((member, index) => {
    const field = `spec.memberClusters[${index}]`;
    if (member.name === '')
      warnings.push({ field: `${field}.name`, value: '', message: 'names no member; nothing runs there' });
    return listed(member, namespace, (name, value) => atLeast0(`${field}.${name}`, value));
  });
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    warnings,
    spec: {
      namespace,
      total: atLeast0('spec.totalTargetReplicas', totalTargetReplicas),
      members,
      policy,
      strategy: scheduling.strategy ?? 'weighted',
      method: scheduling.apportionment ?? 'sainteLague',
    },
  };
}

function listed(
  { name, targetNamespace, weight = 1, minReplicas = 0, maxReplicas, priority = 0, drain }: WrittenMember,
  namespace: string,
  atLeast0: (field: 'weight' | 'minReplicas' | 'maxReplicas', value: number) => number,
): ListedMember {
  const limit = maxReplicas === undefined ? Number.POSITIVE_INFINITY : atLeast0('maxReplicas', maxReplicas);
  const most = drain === true ? 0 : limit;
  const least = Math.min(most, atLeast0('minReplicas', minReplicas));
  return {
    name,
    namespace: targetNamespace === undefined || targetNamespace === '' ? namespace : targetNamespace,
    weight: drain === true ? 0 : atLeast0('weight', weight),
    least,
    most,
    priority,
  };
}
