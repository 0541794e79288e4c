import { z } from 'zod';

const condition = z.object({
  type: z.string().describe('Name of the condition. Example: `Ready`.'),
  status: z.string().describe('`True`, `False` or `Unknown`.'),
  severity: z.string().optional().describe('`Warning` or `Info`; absent for conditions that decide `Ready`.'),
  lastTransitionTime: z.string().optional().describe('When the condition last changed.'),
  reason: z.string().optional().describe('One word for the cause.'),
  message: z.string().optional().describe('The cause in a sentence.'),
});

/** The status of both kinds; what this version does not know is kept by whoever writes it. */
export const status = z.object({
  observedGeneration: z
    .int()
    .meta({ format: 'int64' })
    .optional()
    .describe('The generation that the rest of the status is about.'),
  conditions: z.array(condition).optional().describe('State of the installation, sorted by type.'),
  annotations: z.record(z.string(), z.string()).optional().describe('Further facts for programs.'),
  version: z.string().optional().describe('The version that last became available.'),
  manifests: z.array(z.string()).optional().describe('The manifests that were applied last.'),
  availableVersions: z
    .array(z.string())
    .optional()
    .describe('The versions that can be installed now, newest first.'),
  nextVersion: z
    .string()
    .optional()
    .describe('The version to choose next on the way to the wanted one, or to the newest.'),
  target: z
    .object({
      clusterProfileRef: z
        .object({
          name: z.string().describe('Name of the ClusterProfile.'),
          namespace: z.string().describe('Its namespace on the hub.'),
        })
        .optional()
        .describe('The cluster; absent for the hub itself.'),
      namespace: z.string().optional().describe('The namespace on that cluster.'),
      anchorUid: z
        .string()
        .optional()
        .describe('uid of the ConfigMap there that lists what was installed; absent before anything was.'),
    })
    .optional()
    .describe('Where Knative was installed.'),
});
