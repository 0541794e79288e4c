import { z } from 'zod';
import { labelSelector } from './label-selector.ts';
import { intOrString } from './quantity.ts';

/** Changes to one Service of Knative; an item of `spec.services`. */
export const serviceOverride = z.object({
  name: z.string().describe('Name of the Service. Example: `activator-service`.'),
  labels: z.record(z.string(), z.string()).optional().describe('Labels to add.'),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe('Annotations to add. Example: `{prometheus.io/scrape: "true"}`.'),
  selector: z
    .record(z.string(), z.string())
    .optional()
    .describe('Pod labels to add to the selector; a pod must carry them too.'),
});

/** Changes to one PodDisruptionBudget of Knative; an item of `spec.podDisruptionBudgets`. */
export const podDisruptionBudgetOverride = z.object({
  name: z.string().describe('Name of the PodDisruptionBudget. Example: `activator-pdb`.'),
  minAvailable: intOrString
    .optional()
    .describe('Pods that must stay up, as a number or a share; excludes `maxUnavailable`. Example: `80%`.'),
  maxUnavailable: intOrString
    .optional()
    .describe('Pods that may be down, as a number or a share; excludes `minAvailable`. Example: `1`.'),
  selector: labelSelector.optional().describe('Accepted for compatibility and not acted on.'),
  unhealthyPodEvictionPolicy: z.string().optional().describe('Accepted for compatibility and not acted on.'),
});
