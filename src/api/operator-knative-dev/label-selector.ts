import { z } from 'zod';

/** metav1.LabelSelector. */
export const labelSelector = z
  .object({
    matchLabels: z
      .record(z.string(), z.string())
      .optional()
      .describe('Labels that must be present with exactly these values. Example: `{app: activator}`.'),
    matchExpressions: z
      .array(
        z.object({
          key: z.string().describe('Label key. Example: `app`.'),
          operator: z.string().describe('`In`, `NotIn`, `Exists` or `DoesNotExist`.'),
          values: z
            .array(z.string())
            .meta({ 'x-kubernetes-list-type': 'atomic' })
            .optional()
            .describe('Values for `In` and `NotIn`; empty for the other operators.'),
        }),
      )
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional()
      .describe('Conditions on label keys; all of them must hold, as must `matchLabels`.'),
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' });
