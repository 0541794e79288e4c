import type { RegisteredMember } from '../plan/observation.ts';
import type { ListedMember, PlanSpec, RebalancingPolicy } from '../plan/plan-spec.ts';

export const minute = 60_000;

export interface SpecOptions extends Partial<Omit<PlanSpec, 'policy' | 'members'>> {
  readonly members?: readonly (Partial<ListedMember> & { readonly name: string })[];
  readonly policy?: Partial<RebalancingPolicy>;
}

/** A spec with the defaults of the definition. */
export function specOf({ members = [], policy = {}, ...rest }: SpecOptions): PlanSpec {
  return {
    namespace: 'default',
    total: 0,
    strategy: 'weighted',
    method: 'sainteLague',
    ...rest,
    members: members.map((member) => ({
      namespace: 'default',
      weight: 1,
      least: 0,
      most: Number.POSITIVE_INFINITY,
      priority: 0,
      ...member,
    })),
    policy: {
      gracePeriod: minute,
      maxRebalancePercentage: 50,
      recoveryStabilization: policy.gracePeriod ?? minute,
      slowProgressDeadline: undefined,
      ignoreZeroWeightOnOutage: false,
      onWhitelistRemoval: 'ScaleToZero',
      ...policy,
    },
  };
}

/** Members `m1`, `m2` and so on, with these weights. */
export function weighted(...weights: readonly number[]): readonly { name: string; weight: number }[] {
  return weights.map((weight, index) => ({ name: `m${index + 1}`, weight }));
}

export function registered(...names: readonly string[]): readonly RegisteredMember[] {
  return names.map((name) => ({ name, id: `kubeconfig#${name}` }));
}
