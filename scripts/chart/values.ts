import * as z from 'zod';
import {
  accessProvidersConfig,
  agentChartValues,
  agentValues,
  globalValues,
  knativeOperatorValues,
  plugin,
} from './reference-values.ts';
import {
  duration,
  flag,
  free,
  freeList,
  image,
  labelName,
  labels,
  port,
  text,
  texts,
} from './value-parts.ts';

const names = z.array(labelName).default([]);

const multicluster = z
  .strictObject({
    enabled: flag(false, 'Work on clusters that spec.clusterProfileRef names.'),
    accessProvidersConfig: accessProvidersConfig
      .default({
        providers: ['secretreader', 'kubeconfig-secretreader'].map((name) => ({
          name,
          execConfig: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: `builtin:${name}`,
            provideClusterInfo: true,
          },
        })),
      })
      .describe(
        'How each access provider gets credentials. The two that are there read tokens and kubeconfigs from Secrets of the hub, without a plugin.',
      ),
    plugins: z
      .array(plugin)
      .default([])
      .describe(
        'Programs that providers run, each {name, image, mountPath}, mounted as image volumes (Kubernetes 1.35). Commands of providers must lie below a mountPath.',
      ),
    remoteDeploymentsPollInterval: duration
      .default('10s')
      .describe('Longest wait before workloads that are not ready are looked at again.'),
    secretNamespaces: names.describe(
      'Namespaces whose Secrets ClusterProfiles may point to. With any, the operator may read Secrets there and nowhere else; without, everywhere.',
    ),
    secretSameName: flag(false, 'A ClusterProfile may only point to a Secret that has its name.'),
    secretLabel: text(
      '',
      'A ClusterProfile may only point to a Secret with this label set to NAMESPACE.NAME of the profile.',
    ),
    allowServers: texts(
      [],
      'Names, *.names, addresses and ranges that servers of ClusterProfiles, and of members, must be among.',
    ),
    denyServers: texts(
      [],
      'The same for what they must not be, such as the range of the services of the hub.',
    ),
    allowInsecure: flag(
      false,
      'Take http and insecure-skip-tls-verify. A credential then goes to whoever answers.',
    ),
  })
  .describe('Clusters that ClusterProfiles name.');

const knative = z
  .strictObject({
    onHub: flag(
      true,
      'Let Knative be installed on the hub itself, for objects without spec.clusterProfileRef. Without, the operator has none of the rights that this takes, and works on other clusters only.',
    ),
    spokeNamespace: z
      .enum(['same', 'canonical'])
      .default('same')
      .describe(
        "'same' installs into the namespace that the object has on the hub, 'canonical' into knative-serving and knative-eventing.",
      ),
    kubernetesMinVersion: z
      .string()
      .regex(/^(v?\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)?$/)
      .default('')
      .describe(
        'Oldest Kubernetes that Knative shall accept, such as v1.34.0. Empty: what the release says.',
      ),
    manifests: z
      .strictObject({
        source: z
          .enum(['auto', 'image', 'download'])
          .default('auto')
          .describe(
            "Where releases come from: 'image' mounts the image below as an image volume, 'download' fetches them from Knative's release pages. 'auto' is 'image' on Kubernetes 1.35 and newer, where image volumes are on by default.",
          ),
        image: image(
          'gcr.io/knative-releases/knative.dev/operator/cmd/operator',
          'v1.23.0',
          'Image of knative/operator, or one with the same files. Only its files are used.',
        ),
        path: text('var/run/ko', 'Where the releases are in the image.'),
        download: flag(
          true,
          'Also fetch releases that the image does not have. Without, the operator reaches no release page.',
        ),
        cache: z
          .strictObject({
            sizeLimit: text('512Mi', 'Of the volume that keeps what was fetched as long as the pod lives.'),
            existingClaim: text(
              '',
              'A PersistentVolumeClaim in place of it; with several replicas it must be ReadWriteMany.',
            ),
          })
          .describe('What was fetched is kept.'),
      })
      .describe('Releases of Knative.'),
  })
  .describe('Knative.');

const scaling = z
  .strictObject({
    distributedScaledObjects: flag(false, 'Spread workloads over members by DistributedScaledObjects.'),
    distributedScaledJobs: flag(
      false,
      'The same for DistributedScaledJobs. Accepted, and spreads nothing: their definition and their controller come with a later release.',
    ),
    engine: z
      .enum(['auto', 'keda', 'builtin'])
      .default('auto')
      .describe(
        "What evaluates triggers: 'keda' on the hub, 'builtin', or 'auto' for KEDA where the hub serves it.",
      ),
    hubMember: text('', 'Name of the hub as a member. Empty: it is none.'),
    workloadsFromHub: flag(
      true,
      'Let workloads come from the hub, for objects with spec.workload.fromHub: the operator may read them there.',
    ),
    namespaces: names.describe(
      'Namespaces with workloads that are spread. With any, the operator may read what triggers read there and in its own namespace, and nowhere else; without, everywhere.',
    ),
    kubeconfigs: z
      .strictObject({
        create: flag(true, 'Create the Secret, empty. It is kept when the release is removed.'),
        secretName: text(
          'kedify-agent-multicluster-kubeconfigs',
          "Secret with a kubeconfig for each member, as 'kubectl wheelwright members add --provider=file' fills it.",
        ),
      })
      .describe('Members by mounted kubeconfigs. Labelled Secrets and ClusterProfiles need no value.'),
    allowLoopbackTriggers: flag(false, 'Triggers may ask servers in the pod, such as a sidecar.'),
    externalScaler: z
      .strictObject({
        enabled: flag(
          false,
          'Serve the builtin triggers to KEDA. Whoever reaches it is answered about ConfigMaps and pods.',
        ),
        port: port.default(9443).describe('Port of the Service and of the container.'),
        tlsSecretName: text('', 'Secret with tls.crt and tls.key; without one it speaks clear text.'),
        clientAuthority: flag(false, 'Only clients with a certificate of ca.crt of that Secret may ask.'),
      })
      .describe('Triggers for KEDA by gRPC.'),
  })
  .describe('Workloads that are spread over members.');

const metrics = z
  .strictObject({
    enabled: flag(true, 'Serve /metrics.'),
    port: port.default(9090).describe('Port of the Service and of the container.'),
    service: z
      .strictObject({
        enabled: flag(true, 'Create a Service for the metrics.'),
        annotations: labels('Annotations of the Service.'),
      })
      .describe('How Prometheus finds the pods.'),
    serviceMonitor: z
      .strictObject({
        enabled: flag(false, 'Create a ServiceMonitor. Needs the Prometheus operator.'),
        namespace: text('', 'Default: the namespace of the release.'),
        labels: labels('Labels that a Prometheus selects by.'),
        interval: duration.default('30s').describe('Time between scrapes.'),
        scrapeTimeout: duration.default('10s').describe('Longest scrape.'),
        relabelings: freeList('Before a scrape.'),
        metricRelabelings: freeList('After a scrape.'),
      })
      .describe('For the Prometheus operator.'),
  })
  .describe('Metrics.');

const tracing = z
  .strictObject({
    endpoint: text(
      '',
      'Where traces are sent, by OTLP over HTTP in JSON, such as http://collector.monitoring:4318/v1/traces. Empty: nothing is traced.',
    ),
    // Helm reads a fraction after --set as text.
    samplingRate: z
      .union([z.number().min(0).max(1), z.string().regex(/^(0|1|0?\.\d+)$/)])
      .default(1)
      .describe('Share of the traces that are kept, 0 to 1.'),
  })
  .describe('Traces, by OpenTelemetry.');

const prometheusRule = z
  .strictObject({
    enabled: flag(false, 'Create alerts. Needs the Prometheus operator.'),
    namespace: text('', 'Default: the namespace of the release.'),
    labels: labels('Labels that a Prometheus selects by.'),
    disable: texts([], 'Names of alerts that are left out.'),
    alertLabels: labels('Labels of every alert, for routing.'),
    runbooks: text(
      'https://github.com/wheelwright/wheelwright/blob/main/docs/runbooks.md',
      'Page that the annotation runbook_url of every alert leads to, at the name of the alert.',
    ),
  })
  .describe('Alerts.');

const grafanaDashboards = z
  .strictObject({
    enabled: flag(false, 'Create a ConfigMap with the dashboards, for the sidecar of Grafana.'),
    namespace: text('', 'Default: the namespace of the release.'),
    labels: z
      .record(z.string(), z.string())
      .default({ grafana_dashboard: '1' })
      .describe('Labels that the sidecar selects by.'),
    annotations: labels('Such as the folder.'),
  })
  .describe('Dashboards.');

const networkPolicy = z
  .strictObject({
    enabled: flag(false, 'Limit who reaches the pods, and whom they reach.'),
    metricsFrom: freeList('Peers that may read metrics. Empty: every pod of the cluster.'),
    apiServerCidrs: texts([], "Ranges of the hub's API server. Empty, like the next: everywhere."),
    spokeCidrs: texts(
      [],
      'Ranges of the API servers of spokes and members; with knative.manifests.download also of the release pages.',
    ),
    apiServerPorts: z.array(port).default([443, 6443]).describe('Ports of API servers.'),
    extraIngress: freeList('Further rules.'),
    extraEgress: freeList('Further rules, such as for servers that triggers ask.'),
  })
  .describe('NetworkPolicy of the pods.');

/** Every value of the chart: its schema, its file of defaults and its table are made of this. */
export const chartValues = z.strictObject({
  image: image('ghcr.io/wheelwright/wheelwright', '', 'The operator.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: z.string().describe('Name of a Secret beside the release.') }))
    .default([])
    .describe('Secrets with credentials of registries, each {name}.'),
  nameOverride: text('', 'In place of the name of the chart in names.'),
  fullnameOverride: text('', 'Name of the Deployment and beginning of all others.'),

  multicluster,
  knative,
  scaling,

  replicas: z.int().min(0).default(2).describe('Each can take over from any other.'),
  leaderElection: z
    .strictObject({
      buckets: z
        .int()
        .min(1)
        .max(10)
        .default(1)
        .describe(
          'Parts that the work is split into. Several replicas share it where there are several. Change it at any time: replicas of the new number wait until those of the old one have ended.',
        ),
    })
    .describe('Who works on what.'),
  tracing,
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least that is logged.'),
  extraArgs: z
    .array(z.string().regex(/^--/))
    .default([])
    .describe("Further flags of 'wheelwright operator', such as --workers=64."),
  extraEnv: freeList('Further variables, as in a container.'),
  extraVolumes: freeList('Further volumes of the pods.'),
  extraVolumeMounts: freeList('Where they are mounted.'),
  extraObjects: freeList('Further objects of the release; text in them is a template.'),

  crds: z
    .strictObject({
      install: flag(
        true,
        'Install the definitions of KnativeServing, KnativeEventing and of what is spread, and upgrade them with the release.',
      ),
      keep: flag(
        true,
        'Keep them when the release is removed. Without, delete every object of these kinds first, while the operator runs: else the removal hangs on their finalizers.',
      ),
    })
    .describe('CustomResourceDefinitions.'),
  serviceAccount: z
    .strictObject({
      create: flag(true, 'Create the account that the operator runs as.'),
      name: text('', 'Its name. Empty: the full name.'),
      annotations: labels('Such as for the identity of a cloud.'),
    })
    .describe('Account of the operator.'),
  rbac: z
    .strictObject({
      create: flag(true, 'Create the roles, one for each capability that is switched on, and bind them.'),
      extraClusterRoles: z
        .array(z.string().min(1))
        .default([])
        .describe(
          "Names of further ClusterRoles that 'bind' and 'escalate' are granted on: those of your own manifests in spec.manifests and spec.additionalManifests.",
        ),
      extraRoles: z.array(z.string().min(1)).default([]).describe('The same for Roles.'),
      extraRules: freeList('Further rules of a ClusterRole, as RBAC has them.'),
    })
    .describe('Rights on the hub. docs/rbac.md explains each.'),

  resources: free('Of the container.', {
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { memory: '512Mi' },
  }),
  podDisruptionBudget: z
    .strictObject({
      enabled: flag(true, 'Keep replicas while nodes are drained; only with more than one.'),
      maxUnavailable: z
        .union([z.int().min(0), z.string()])
        .default(1)
        .describe('How many may be away.'),
    })
    .describe('PodDisruptionBudget.'),
  affinity: free('Default: replicas on different nodes where that is possible.'),
  topologySpreadConstraints: freeList(
    'Default: replicas in different zones where that is possible. Without a labelSelector the pods of the release are meant.',
  ),
  nodeSelector: labels('Labels of nodes.'),
  tolerations: freeList('Taints of nodes that are tolerated.'),
  priorityClassName: text('', 'Such as system-cluster-critical.'),
  runtimeClassName: text('', 'RuntimeClass of the pods.'),
  hostUsers: z.boolean().optional().describe('false runs the pods in a user namespace of their own.'),
  updateStrategy: free('Strategy of the Deployment.'),
  terminationGracePeriodSeconds: z.int().min(0).default(30).describe('Time to hand the work over.'),
  annotations: labels('Of the Deployment.'),
  podAnnotations: labels('Of the pods.'),
  podLabels: labels('Of the pods.'),
  podSecurityContext: free('Of the pods.', {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    fsGroup: 65532,
    seccompProfile: { type: 'RuntimeDefault' },
  }),
  containerSecurityContext: free('Of the container.', {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
  }),
  startupProbe: free('How long the first answer may take.', { periodSeconds: 1, failureThreshold: 60 }),
  livenessProbe: free('When the container is restarted.', {
    periodSeconds: 20,
    timeoutSeconds: 5,
    failureThreshold: 3,
  }),
  readinessProbe: free('When the pod counts as ready.', { periodSeconds: 10, timeoutSeconds: 5 }),
  healthPort: port.default(8080).describe('Port of the probes.'),

  metrics,
  prometheusRule,
  grafanaDashboards,
  networkPolicy,

  knative_operator: knativeOperatorValues
    .optional()
    .describe('Values of the chart of knative/operator, as they are.'),
  agent: agentValues.optional().describe("Feature switches of the chart of Kedify's agent, as they are."),
  global: globalValues
    .optional()
    .describe("Values of a parent chart; global.features as in the chart of Kedify's agent."),
  ...agentChartValues,
  enabled: z.boolean().optional().describe('For a parent chart that switches this one; not read here.'),
});
