import { z } from 'zod';
import { labelSelector } from './label-selector.ts';

/** core/v1 Toleration. */
export const toleration = z.object({
  key: z.string().optional().describe('Taint key; empty with operator `Exists` tolerates every taint.'),
  operator: z.string().optional().describe('`Equal` (default) or `Exists`.'),
  value: z.string().optional().describe('Taint value for `Equal`.'),
  effect: z
    .string()
    .optional()
    .describe('`NoSchedule`, `PreferNoSchedule` or `NoExecute`; empty is every effect.'),
  tolerationSeconds: z
    .int()
    .meta({ format: 'int64' })
    .optional()
    .describe('How long a `NoExecute` taint is tolerated; for ever by default.'),
});

/** core/v1 TopologySpreadConstraint. */
export const topologySpreadConstraint = z.object({
  maxSkew: z.int32().describe('Largest difference in the number of matching pods between two places.'),
  topologyKey: z
    .string()
    .describe('Node label that names the place. Example: `topology.kubernetes.io/zone`.'),
  whenUnsatisfiable: z.string().describe('`DoNotSchedule` or `ScheduleAnyway`.'),
  labelSelector: labelSelector.optional().describe('The pods that are counted.'),
  matchLabelKeys: z
    .array(z.string())
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe('Label keys of the new pod that narrow down the pods counted. Example: `pod-template-hash`.'),
  minDomains: z
    .int32()
    .optional()
    .describe('Least number of places; with fewer the smallest count is taken as 0.'),
  nodeAffinityPolicy: z
    .string()
    .optional()
    .describe('`Honor` (default) leaves out nodes that the pod may not use; `Ignore` counts them.'),
  nodeTaintsPolicy: z
    .string()
    .optional()
    .describe(
      '`Honor` leaves out nodes whose taints the pod does not tolerate; `Ignore` (default) counts them.',
    ),
});
