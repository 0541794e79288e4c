import { z } from 'zod';
import { quantity } from './quantity.ts';

/** Resources of one container, named; core/v1 ResourceRequirements otherwise. */
export const containerResources = z.object({
  container: z.string().describe('Name of the container. Example: `activator`.'),
  limits: z
    .record(z.string(), quantity)
    .optional()
    .describe('Limits to set; the others stay. Example: `{memory: 1Gi}`.'),
  requests: z
    .record(z.string(), quantity)
    .optional()
    .describe('Requests to set; the others stay. Example: `{cpu: 100m}`.'),
  claims: z
    .array(
      z.object({
        name: z.string().describe('Name of an entry in `resourceClaims` of the pod.'),
        request: z.string().optional().describe('One request of that claim; all by default.'),
      }),
    )
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .optional()
    .describe('Accepted for compatibility and not acted on.'),
});
