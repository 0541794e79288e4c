import { z } from 'zod';

/** Parts of the status that Kedify's own agent writes; where both run, each leaves those of the other alone. */
const phase = z.object({
  phase: z.string().optional().describe('State in one word.'),
  reason: z.string().optional().describe('Why, in a sentence.'),
});

const time = z.iso.datetime({ offset: true });

const component = z.object({
  version: z.string().optional().describe('Version that runs.'),
  deployments: z.record(z.string(), phase).optional().describe('State of its Deployments, by name.'),
  tenants: z
    .record(
      z.string(),
      z.object({
        configSynced: phase.describe('Whether the configuration has arrived.'),
        operator: phase.describe('State of its operator.'),
        tlsCertSecret: phase.describe('State of its certificates.'),
      }),
    )
    .optional()
    .describe('State of its tenants, by name.'),
  adoptedAt: time.optional().describe('When it was adopted.'),
  firstHealthyAt: time.optional().describe('When it was healthy for the first time.'),
  helmReleaseName: z.string().optional().describe('Name of its Helm release.'),
  observedHelmValues: z.string().optional().describe('Values that it was installed with.'),
});

const agent = z.object({
  phase: z.string().optional().describe('State in one word.'),
  reason: z.string().optional().describe('Why, in a sentence.'),
  version: z.string().optional().describe('Version that runs.'),
  controlPlaneMetrics: z.string().optional().describe('State of its reports about the control plane.'),
  k8sResourcesMetrics: z.string().optional().describe('State of its reports about objects of Kubernetes.'),
  kedaResourcesMetrics: z.string().optional().describe('State of its reports about objects of KEDA.'),
  observedHelmValues: z.string().optional().describe('Values that it was installed with.'),
  uninstallationStartedAt: time.optional().describe('When its removal began.'),
});

const tenant = z.object({
  name: z.string().describe('Name of the tenant.'),
  namespace: z.string().describe('Where it runs.'),
  address: z.string().describe('Where it is reached.'),
  configSynced: z.boolean().describe('Whether the configuration has arrived.'),
  operatorReady: z.boolean().describe('Whether its operator runs.'),
  tlsCertReady: z.boolean().describe('Whether it has certificates.'),
  isDefault: z.boolean().optional().describe('Whether it is the one for all others.'),
  message: z.string().optional().describe('What is wrong.'),
  watchNamespace: z.string().optional().describe('The namespace that it looks after.'),
});

const memberCluster = z.object({
  id: z.string().optional().describe('What the provider of the member calls it.'),
  provider: z.string().optional().describe('Where the member comes from. Example: `kubeconfig`.'),
  state: z.string().optional().describe('`Ready`, `NotReady` or `Unknown`.'),
  info: z.string().optional().describe('The state in a sentence.'),
  hardTainted: z.boolean().optional().describe('Whether Jobs of some class are kept away from it.'),
  hardTaintScopes: z
    .array(
      z.object({
        class: z.string().describe('The class of Jobs.'),
        priority: z.int32().optional().describe('The priority up to which it holds.'),
      }),
    )
    .optional()
    .describe('Which Jobs are kept away from it.'),
});

export const kedifyConfigurationStatus = z.object({
  agent: agent.optional().describe('State of the agent.'),
  apiService: phase.optional().describe('State of the API for external metrics.'),
  components: z.record(z.string(), component).optional().describe('State of what is installed, by name.'),
  configSHA256: z.string().optional().describe('Hash of the configuration in force.'),
  discoveredTenants: z.array(tenant).optional().describe('Tenants that were found.'),
  multiClusterStatus: z
    .object({
      unread: z
        .record(z.string(), z.string())
        .optional()
        .describe(
          'Where members come from that could not be read so far, by provider, each with what hinders it.',
        ),
      clusters: z
        .record(z.string(), memberCluster)
        .optional()
        .describe('Members by their alias; by their canonical id while the alias is that of another.'),
    })
    .optional()
    .describe('The members that workloads can be spread over.'),
});
