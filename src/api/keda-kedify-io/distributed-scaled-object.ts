import { z } from 'zod';
import type { KindDefinition } from '../crd/definition.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { distributedScaledObjectColumns } from './distributed-scaled-object-columns.ts';
import { distributedScaledObjectStatus } from './distributed-scaled-object-status.ts';
import { scaledObjectSpec } from './scaled-object-spec.ts';

/**
 * Nothing here is stricter than the definition of Kedify, or a manifest that works there would be refused here: numbers
 * and durations that make no sense are judged where they are used.
 */
const memberCluster = z.object({
  name: z
    .string()
    .describe('The member: its alias, `PROVIDER#NAME`, or the name that its provider has for it.'),
  targetNamespace: z
    .string()
    .optional()
    .describe('Namespace of the workload on this member; that of this object by default.'),
  weight: z
    .int32()
    .default(1)
    .describe('Its share in proportion to the others; 0 gives it none. Example: `2`.'),
  minReplicas: z.int32().optional().describe('It gets at least as many, as long as the total is enough.'),
  maxReplicas: z.int32().optional().describe('It never gets more. Example: `10`.'),
  priority: z
    .int32()
    .optional()
    .describe('For the strategies `priority` and `spillover`: higher comes first; 0 by default.'),
  drain: z.boolean().optional().describe('Moves everything away and gives it nothing, like the weight 0.'),
});

const defaultPolicy = { gracePeriod: '1m', maxRebalancePercentage: 50 };

const rebalancingPolicy = z.object({
  gracePeriod: z
    .string()
    .default(defaultPolicy.gracePeriod)
    .describe('How long a member may be out of reach before others take over. Example: `1m30s`.'),
  maxRebalancePercentage: z
    .int32()
    .default(defaultPolicy.maxRebalancePercentage)
    .describe('How much of the total an outage or a return may move at once; 0 moves nothing.'),
  recoveryStabilization: z
    .string()
    .optional()
    .describe('How long a member must be back before anything moves there; the grace period by default.'),
  slowProgressDeadline: z
    .string()
    .optional()
    .describe(
      'How long replicas may fail to become ready before others take them over; for ever by default.',
    ),
  ignoreZeroWeightOnOutage: z
    .boolean()
    .optional()
    .describe(
      'Whether members of weight 0 take over, with equal shares, where all others have failed for longer than the grace period; they do not by default.',
    ),
  onWhitelistRemoval: z
    .enum(['ScaleToZero', 'Release'])
    .optional()
    .describe('What becomes of replicas on a member that is listed no more; `ScaleToZero` by default.'),
});

const scheduling = z.object({
  strategy: z
    .enum(['weighted', 'priority', 'spillover'])
    .optional()
    .describe(
      '`weighted` (default) spreads over all members, `priority` over the best that answer, `spillover` fills the best up to their maxReplicas first.',
    ),
  apportionment: z
    .enum(['sainteLague', 'largestRemainder'])
    .optional()
    .describe(
      'How shares are rounded: `sainteLague` (default) never takes from a member while the total grows, `largestRemainder` is always within one of the exact share.',
    ),
});

const workload = z.object({
  fromHub: z
    .boolean()
    .optional()
    .describe(
      'Puts the workload of the hub that scaleTargetRef names, with the ConfigMaps, Secrets and the ServiceAccount that its pods use, on every member that allows it, and keeps it there as it is on the hub, but for its replicas; what members have is expected to be there already by default.',
    ),
});

export const distributedScaledObjectSpec = z.object({
  memberClusters: z
    .array(memberCluster)
    .optional()
    .describe('The members to use; all that are registered, with equal weights, when absent or empty.'),
  rebalancingPolicy: rebalancingPolicy
    .default(defaultPolicy)
    .describe('What happens when members fail and return.'),
  workload: workload.optional().describe('Where the workload on members comes from.'),
  scheduling: scheduling.optional().describe('How the total is split.'),
  scaledObjectSpec: scaledObjectSpec.describe(
    'What the total depends on: the spec of a ScaledObject of KEDA.',
  ),
  totalTargetReplicas: z
    .int32()
    .default(0)
    .describe('The total, written through `/scale` by what scales; not to be set by hand.'),
});

export type DistributedScaledObjectSpec = DeepReadonly<z.input<typeof distributedScaledObjectSpec>>;
export type DistributedScaledObjectStatus = DeepReadonly<z.input<typeof distributedScaledObjectStatus>>;

export const distributedScaledObject = {
  group: 'keda.kedify.io',
  version: 'v1alpha1',
  kind: 'DistributedScaledObject',
  plural: 'distributedscaledobjects',
  singular: 'distributedscaledobject',
  shortNames: ['dso'],
  categories: ['wheelwright'],
  description: 'One workload spread over member clusters, scaled as a whole.',
  spec: distributedScaledObjectSpec.describe('What is scaled, by what, and where.'),
  status: distributedScaledObjectStatus.describe('Who has how many replicas, and how the members are.'),
  printerColumns: distributedScaledObjectColumns,
  scale: {
    specReplicasPath: '.spec.totalTargetReplicas',
    statusReplicasPath: '.status.totalCurrentReplicas',
    labelSelectorPath: '.status.selector',
  },
} as const satisfies KindDefinition;
