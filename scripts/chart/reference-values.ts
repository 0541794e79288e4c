import * as z from 'zod';
import { duration, labelName, pullPolicy } from './value-parts.ts';

/**
 * Values of other charts, which work as they are. None of them has a default: what is given wins over the value of ours that
 * means the same.
 */

const anything = z.record(z.string(), z.unknown());

const provider = z.looseObject({
  name: z.string().min(1).describe('As ClusterProfiles name it under status.accessProviders.'),
  execConfig: z
    .looseObject({
      command: z
        .string()
        .optional()
        .describe("A program of a plugin, or 'builtin:secretreader' or 'builtin:kubeconfig-secretreader'."),
    })
    .optional()
    .describe('As in kubeconfigs; execution is by the rules of client-go.'),
});

export const accessProvidersConfig = z.looseObject({
  providers: z.array(provider).optional().describe('How each provider gets credentials.'),
});

export const plugin = z.strictObject({
  name: labelName.describe('Name of the volume.'),
  image: z.string().min(1).describe('Image with the program, mounted as an image volume.'),
  mountPath: z.string().min(1).describe('Absolute path; commands of providers lie below it.'),
  pullPolicy: pullPolicy.optional().describe('When nodes ask the registry for it.'),
});

const container = {
  image: z.string().optional().describe('Image of the reference operator: releases of Knative come from it.'),
  tag: z.union([z.string(), z.number()]).optional().describe('Its tag.'),
  affinity: anything.optional().describe('See affinity.'),
  tolerations: z.array(anything).optional().describe('See tolerations.'),
  containerSecurityContext: anything.optional().describe('Laid over containerSecurityContext.'),
  securityContext: anything.optional().describe('Laid over podSecurityContext.'),
  resources: anything.optional().describe('In place of resources.'),
  annotations: anything.optional().describe('Laid over annotations.'),
  podAnnotations: anything.optional().describe('Laid over podAnnotations.'),
};

/** Those of the chart of knative/operator. */
export const knativeOperatorValues = z.strictObject({
  multicluster: z
    .strictObject({
      enabled: z.boolean().optional().describe('See multicluster.enabled.'),
      accessProvidersConfig: accessProvidersConfig
        .optional()
        .describe('In place of multicluster.accessProvidersConfig.'),
      plugins: z.array(plugin).nullish().describe('In place of multicluster.plugins.'),
      remoteDeploymentsPollInterval: duration
        .nullish()
        .describe(
          'In place of multicluster.remoteDeploymentsPollInterval; empty for the default of the operator.',
        ),
    })
    .optional()
    .describe('Clusters that ClusterProfiles name.'),
  knative_operator: z.strictObject(container).optional().describe("The operator's Deployment."),
  operator_webhook: anything.optional().describe('Not used: there is no webhook to run.'),
  kubernetes_min_version: z.string().optional().describe('See knative.kubernetesMinVersion.'),
});

const spreading = {
  distributedScaledObjectsEnabled: z.boolean().optional().describe('See scaling.distributedScaledObjects.'),
  distributedScaledJobsEnabled: z.boolean().optional().describe('See scaling.distributedScaledJobs.'),
  multicluster: z
    .looseObject({
      enabled: z.boolean().optional().describe('Both kinds of scaling; see scaling.'),
      type: z
        .string()
        .optional()
        .describe("Must be 'distributed': a KEDA on each member is not what this chart installs."),
    })
    .optional()
    .describe('Scaling over members.'),
};

/** The feature switches of the chart of Kedify's agent. */
export const agentValues = z.looseObject({
  features: z.looseObject(spreading).optional().describe('Others are not used.'),
  multicluster: z
    .looseObject({
      localCluster: z
        .looseObject({
          enabled: z.boolean().optional().describe('Makes the hub a member.'),
          name: z.string().optional().describe('See scaling.hubMember.'),
        })
        .optional()
        .describe('The hub as a member.'),
    })
    .optional()
    .describe('Others are not used.'),
});

export const globalValues = z.looseObject({
  features: z.looseObject(spreading).optional().describe('Others are not used.'),
});

/** What else a values file of that chart may have. Its dependencies stay with the release that installed them. */
export const agentChartValues = Object.fromEntries(
  [
    'clusterName',
    'disableSchemaValidation',
    'hooks',
    'keda',
    'keda-add-ons-http',
    'otel-add-on',
    'kedify-predictor',
    'autoscaling-checks',
    'kedify-observability',
  ].map((name) => [name, z.unknown().optional().describe("Not used; of the chart of Kedify's agent.")]),
);
