import { z } from 'zod';
import { quantity } from '../operator-knative-dev/quantity.ts';

const count = z.int32().min(0);

const policy = z.object({
  type: z.string().describe('`Pods` or `Percent`.'),
  value: z.int32().describe('How many pods, or how many percent. Example: `4`.'),
  periodSeconds: z.int32().describe('The window that the value is about, up to 1800. Example: `15`.'),
});

function scalingRules(direction: string) {
  return z
    .object({
      policies: z
        .array(policy)
        .meta({ 'x-kubernetes-list-type': 'atomic' })
        .optional()
        .describe('How much may change in which time.'),
      selectPolicy: z.string().optional().describe('Which policy counts: `Max`, `Min` or `Disabled`.'),
      stabilizationWindowSeconds: z
        .int32()
        .optional()
        .describe('How long past recommendations are considered. Example: `300`.'),
      tolerance: quantity.optional().describe('By how much the metric may differ. Example: `0.01`.'),
    })
    .optional()
    .describe(`Rules for scaling ${direction}, as in a HorizontalPodAutoscaler.`);
}

const horizontalPodAutoscalerConfig = z.object({
  name: z.string().optional().describe('Name of the HorizontalPodAutoscaler; `keda-hpa-NAME` by default.'),
  behavior: z
    .object({ scaleUp: scalingRules('up'), scaleDown: scalingRules('down') })
    .optional()
    .describe('How fast the total may change.'),
});

const scalingModifiers = z.object({
  formula: z.string().optional().describe('How triggers are combined, by their names. Example: `a + b`.'),
  target: z.string().optional().describe('What the result is divided by. Example: `"5"`.'),
  activationTarget: z.string().optional().describe('Above this result the workload is active.'),
  metricType: z.enum(['AverageValue', 'Value']).optional().describe('How the result is understood.'),
});

const trigger = z.object({
  type: z.string().min(1).describe('The scaler. Example: `kubernetes-resource`.'),
  metadata: z.record(z.string(), z.string()).describe('What the scaler needs to know.'),
  name: z.string().optional().describe('Name of the trigger, for formulas and messages.'),
  metricType: z.string().optional().describe('`AverageValue` (default), `Value` or `Utilization`.'),
  useCachedMetrics: z.boolean().optional().describe('Answer from the last poll.'),
  authenticationRef: z
    .object({
      name: z.string().describe('Name of the authentication.'),
      kind: z
        .enum(['TriggerAuthentication', 'ClusterTriggerAuthentication'])
        .optional()
        .describe('Its kind; `TriggerAuthentication` by default.'),
    })
    .optional()
    .describe('Where the credentials of the trigger are.'),
});

const fallback = z.object({
  failureThreshold: count.describe('After how many failures in a row.'),
  replicas: count.describe('How many replicas then.'),
  behavior: z
    .enum([
      'static',
      'currentReplicas',
      'currentReplicasIfHigher',
      'currentReplicasIfLower',
      'scalingModifiers',
    ])
    .default('static')
    .describe('Whether the current number counts as well.'),
});

/** The spec of a ScaledObject of KEDA, as far as it goes with a target that is not a workload. */
export const scaledObjectSpec = z
  .object({
    scaleTargetRef: z
      .object({
        name: z.string().min(1).describe('Name of the workload on every member.'),
        kind: z.string().optional().describe('Its kind; `Deployment` by default.'),
        apiVersion: z.string().optional().describe('Its API version; `apps/v1` by default.'),
        envSourceContainerName: z.string().optional().describe('Not used: the hub has no pods to read.'),
      })
      .describe('The workload that is scaled. Example: `{name: nginx}`.'),
    triggers: z.array(trigger).min(1).describe('What the total depends on; the largest demand counts.'),
    pollingInterval: z.int32().min(1).optional().describe('Seconds between two polls; 30 by default.'),
    cooldownPeriod: count.optional().describe('Seconds without demand before zero; 300 by default.'),
    initialCooldownPeriod: count.optional().describe('The same after creation; 0 by default.'),
    idleReplicaCount: count.optional().describe('How many replicas there are without demand.'),
    minReplicaCount: count.optional().describe('The least total; 0 by default.'),
    maxReplicaCount: z.int32().min(1).optional().describe('The largest total; 100 by default.'),
    fallback: fallback.optional().describe('What holds while triggers cannot be read.'),
    advanced: z
      .object({
        restoreToOriginalReplicaCount: z
          .boolean()
          .optional()
          .describe('Whether members get their first numbers back when the object is deleted.'),
        horizontalPodAutoscalerConfig: horizontalPodAutoscalerConfig
          .optional()
          .describe('The HorizontalPodAutoscaler that is made.'),
        scalingModifiers: scalingModifiers.optional().describe('A formula over several triggers.'),
      })
      .optional()
      .describe('Settings that few need.'),
  })
  .meta({
    'x-kubernetes-validations': [
      {
        rule: '!has(self.minReplicaCount) || self.minReplicaCount <= (has(self.maxReplicaCount) ? self.maxReplicaCount : 100)',
        message: 'minReplicaCount must be less than or equal to maxReplicaCount',
      },
    ],
  });
