import * as fc from 'fast-check';
import type { ListedMember, RebalancingPolicy } from '../plan/plan-spec.ts';
import { minute } from './specs.ts';

/** What a spec may ask for, whoever its members are. */
export const anyScheduling = fc.record({
  strategy: fc.constantFrom('weighted' as const, 'priority' as const, 'spillover' as const),
  method: fc.constantFrom('sainteLague' as const, 'largestRemainder' as const),
});

export const anyPolicy: fc.Arbitrary<RebalancingPolicy> = fc
  .record({
    gracePeriod: fc.constantFrom(0, 5_000, minute, 5 * minute),
    maxRebalancePercentage: fc.constantFrom(1, 10, 20, 50, 100),
    slowProgressDeadline: fc.option(fc.constantFrom(minute, 5 * minute), { nil: undefined }),
    ignoreZeroWeightOnOutage: fc.boolean(),
    onWhitelistRemoval: fc.constantFrom('ScaleToZero' as const, 'Release' as const),
  })
  .map((policy) => ({ ...policy, recoveryStabilization: policy.gracePeriod }));

/** Most members have no limits. */
export const anyLimits: fc.Arbitrary<Pick<ListedMember, 'least' | 'most' | 'priority'>> = fc
  .record({
    least: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(8)),
    more: fc.oneof({ weight: 3, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }, fc.nat(20)),
    priority: fc.nat(2),
  })
  .map(({ least, more, priority }) => ({ least, most: least + more, priority }));
