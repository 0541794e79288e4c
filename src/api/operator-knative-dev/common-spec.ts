import { z } from 'zod';
import { containerResources } from './container-resources.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { podDisruptionBudgetOverride, serviceOverride } from './object-overrides.ts';
import { workloadOverride } from './workload-override.ts';

const manifest = z.object({
  URL: z
    .string()
    .describe(
      'Address of a YAML file; `${VERSION}` stands for the version, and `#sha256=<hex>` pins the content. Example: `https://example.com/knative/${VERSION}/serving.yaml`.',
    ),
});

const metadata = z.object({
  labels: z.record(z.string(), z.string()).optional().describe('Labels to add. Example: `{team: platform}`.'),
  annotations: z.record(z.string(), z.string()).optional().describe('Annotations to add.'),
});

const registry = z.object({
  default: z
    .string()
    .optional()
    .describe(
      'Where to pull images from; `${NAME}` stands for the base name of the image. Example: `mirror.example.com/knative/${NAME}:v1.22.1`.',
    ),
  override: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Exact images by container, `workload/container`, environment variable or caching Image. Example: `{activator: mirror.example.com/activator:v1}`.',
    ),
  everyImage: z
    .boolean()
    .optional()
    .describe(
      'Also take from `default` what variables like `DISPATCHER_IMAGE` and ConfigMap `config-deployment` name: adapters, dispatchers, and queue-proxy, with which all pods of users are replaced. Default: `false`.',
    ),
  imagePullSecrets: z
    .array(
      z
        .object({
          name: z
            .string()
            .default('')
            .describe('Name of a Secret in the namespace that Knative is installed in.'),
        })
        .meta({ 'x-kubernetes-map-type': 'atomic' }),
    )
    .optional()
    .describe('Secrets to pull images with, added to every workload. Example: `[{name: mirror}]`.'),
});

/** The fields that KnativeServing and KnativeEventing share. */
export const commonSpec = z.object({
  version: z
    .string()
    .optional()
    .describe(
      'Version to install: a release `1.22.1`, the newest patch of a minor `1.22`, or `latest`. Empty is the newest release at hand.',
    ),
  manifests: z
    .array(manifest)
    .optional()
    .describe('Files to install instead of the release that `version` names; needs `version` to be set.'),
  additionalManifests: z
    .array(manifest)
    .optional()
    .describe('Files to install as well; an object with the identity of a released one takes its place.'),
  config: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe(
      'Data of the ConfigMaps, by name with or without the prefix `config-`. Example: `{network: {ingress-class: kourier.ingress.networking.knative.dev}}`.',
    ),
  registry: registry.optional().describe('Where the images come from.'),
  'high-availability': z
    .object({ replicas: z.int32().describe('Least number of replicas. Example: `2`.') })
    .optional()
    .describe('Replicas of every workload that can run more than once.'),
  workloads: z
    .array(workloadOverride)
    .optional()
    .describe('Changes to single workloads. Example: `[{name: activator, replicas: 3}]`.'),
  deployments: z
    .array(workloadOverride)
    .optional()
    .describe('Deprecated: use `workloads`, which has the same form and is applied after this.'),
  services: z
    .array(serviceOverride)
    .optional()
    .describe('Changes to single Services. Example: `[{name: activator-service, labels: {team: edge}}]`.'),
  podDisruptionBudgets: z
    .array(podDisruptionBudgetOverride)
    .optional()
    .describe(
      'Changes to single PodDisruptionBudgets. Example: `[{name: activator-pdb, minAvailable: 50%}]`.',
    ),
  resources: z
    .array(containerResources)
    .optional()
    .describe('Deprecated: use `workloads[].resources`. Applies to every Deployment with such a container.'),
  namespace: metadata
    .optional()
    .describe('Labels and annotations for the namespace that Knative is installed in, whoever made it.'),
  namespaceConfiguration: metadata
    .optional()
    .describe(
      'Labels and annotations for the namespace that Knative is installed in if Wheelwright makes it; one that was there before is left as it is. Where both name a key, `namespace` wins.',
    ),
  clusterProfileRef: z
    .object({
      name: z.string().min(1).describe('Name of the ClusterProfile. Example: `edge-berlin`.'),
      namespace: z.string().min(1).describe('Its namespace on the hub. Example: `fleet-system`.'),
    })
    .optional()
    .describe('The cluster to install Knative on; without it the hub itself. Cannot be changed.'),
});

export type CommonSpec = DeepReadonly<z.input<typeof commonSpec>>;
export type WorkloadOverride = NonNullable<CommonSpec['workloads']>[number];
