import { z } from 'zod';
import { affinity } from './affinity.ts';
import { containerResources } from './container-resources.ts';
import { envVar } from './env-var.ts';
import { toleration, topologySpreadConstraint } from './pod-scheduling.ts';

const probe = z.object({
  container: z.string().describe('Name of the container; alone it removes the probe. Example: `controller`.'),
  initialDelaySeconds: z.int32().optional().describe('Seconds after the start before the first probe.'),
  timeoutSeconds: z.int32().optional().describe('Seconds until a probe counts as failed.'),
  periodSeconds: z.int32().optional().describe('Seconds from one probe to the next.'),
  successThreshold: z.int32().optional().describe('Successes in a row after which the container is well.'),
  failureThreshold: z.int32().optional().describe('Failures in a row after which it is not.'),
  terminationGracePeriodSeconds: z
    .int()
    .meta({ format: 'int64' })
    .optional()
    .describe('Seconds that the container gets to end after a failed liveness probe.'),
});

const volumeMount = z.object({
  name: z.string().describe('Name of the volume.'),
  mountPath: z.string().describe('Path in the container.'),
  subPath: z.string().optional().describe('Path within the volume.'),
  subPathExpr: z.string().optional().describe('Path within the volume, with variables.'),
  readOnly: z.boolean().optional().describe('Whether the mount is read-only.'),
  recursiveReadOnly: z.string().optional().describe('Whether mounts below it are read-only too.'),
  mountPropagation: z.string().optional().describe('How mounts spread between host and container.'),
});

/** Changes to one Deployment, StatefulSet or Job of Knative; an item of `spec.workloads`. */
export const workloadOverride = z.object({
  name: z
    .string()
    .describe(
      'Name of the Deployment or StatefulSet, or the generateName of the Job. Examples: `activator`, `storage-version-migration-serving-`.',
    ),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe('Labels to add to the workload and its pods. Example: `{team: platform}`.'),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe('Annotations to add to the workload and its pods.'),
  replicas: z
    .int32()
    .optional()
    .describe(
      'Number of replicas, or the least number where an autoscaler manages the workload. Example: `3`.',
    ),
  nodeSelector: z
    .record(z.string(), z.string())
    .optional()
    .describe('Node labels that replace the node selector. Example: `{kubernetes.io/arch: arm64}`.'),
  topologySpreadConstraints: z
    .array(topologySpreadConstraint)
    .optional()
    .describe('How the pods are spread over zones or nodes; replaces the list.'),
  tolerations: z.array(toleration).optional().describe('Taints that the pods tolerate; replaces the list.'),
  affinity: affinity.optional().describe('Where the pods may run; replaces the whole affinity.'),
  resources: z
    .array(containerResources)
    .optional()
    .describe('Requests and limits by container, merged resource by resource.'),
  env: z
    .array(
      z.object({
        container: z.string().describe('Name of the container. Example: `controller`.'),
        envVars: z.array(envVar).optional().describe('Variables to set, by name.'),
      }),
    )
    .optional()
    .describe('Environment variables by container; others stay as they are.'),
  readinessProbes: z
    .array(probe)
    .optional()
    .describe(
      'Numbers of readiness probes by container. Example: `[{container: activator, periodSeconds: 5}]`.',
    ),
  livenessProbes: z.array(probe).optional().describe('Numbers of liveness probes by container.'),
  hostNetwork: z
    .boolean()
    .optional()
    .describe(
      'Whether the pods use the network of their node; true also sets dnsPolicy ClusterFirstWithHostNet.',
    ),
  version: z.string().optional().describe('Accepted for compatibility and not acted on.'),
  volumeMounts: z.array(volumeMount).optional().describe('Accepted for compatibility and not acted on.'),
});
