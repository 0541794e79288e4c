import { describe, expect, it } from 'vitest';
import { containerOf, optionsOf, podOf } from './deployment.ts';
import { notes, only, refusal, render, type Values } from './helm.ts';

/** As people have them who installed the chart of knative/operator: all that it has, and some that it only reads. */
const everything: Values = {
  knative_operator: {
    multicluster: {
      enabled: true,
      accessProvidersConfig: {
        providers: [
          {
            name: 'token-secretreader',
            execConfig: {
              apiVersion: 'client.authentication.k8s.io/v1',
              command: '/access-plugins/token-secretreader/kubeconfig-secretreader-plugin',
              provideClusterInfo: true,
            },
          },
        ],
      },
      plugins: [
        {
          name: 'token-secretreader',
          image: 'ghcr.io/example/plugin:v1.0.0',
          mountPath: '/access-plugins/token-secretreader/',
        },
      ],
      remoteDeploymentsPollInterval: '30s',
    },
    knative_operator: {
      image: 'mirror.example.com/cmd/operator',
      tag: 'v1.22.1',
      affinity: { nodeAffinity: { a: 1 } },
      tolerations: [{ key: 'control-plane', operator: 'Exists' }],
      containerSecurityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: false,
        runAsNonRoot: true,
      },
      resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { cpu: '1000m', memory: '1000Mi' } },
      annotations: { team: 'platform' },
      podAnnotations: { scrape: 'yes' },
      securityContext: { fsGroup: 7 },
    },
    operator_webhook: {
      image: 'mirror.example.com/cmd/webhook',
      tag: 'v1.22.1',
      resources: { requests: { cpu: '1' } },
    },
    kubernetes_min_version: 'v1.25.0',
  },
  extraObjects: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'example', namespace: '{{ .Release.Namespace }}' },
    },
  ],
};

const multicluster = (values: Values): Values => ({
  knative_operator: { multicluster: { enabled: true, ...values } },
});

describe("values of knative/operator's chart", () => {
  it('mean the same here', async () => {
    const objects = await render(everything);
    expect(optionsOf(objects)).toMatchObject({
      providerFile: '/etc/cluster-inventory/config.json',
      pluginDirectories: ['/access-plugins/token-secretreader'],
      pollIntervalMs: 30_000,
      kubernetesMinVersion: 'v1.25.0',
    });
    const { annotations } = podOf(objects).metadata;
    const container = containerOf(objects);
    expect(container.image).toBe('ghcr.io/wheelwright/wheelwright:0.1.0');
    expect(container.resources).toEqual({
      requests: { cpu: '100m', memory: '100Mi' },
      limits: { cpu: '1000m', memory: '1000Mi' },
    });
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(annotations).toMatchObject({ scrape: 'yes' });
    expect(only(objects, 'Deployment').metadata.annotations).toEqual({ team: 'platform' });
    expect(podOf(objects).spec).toMatchObject({
      affinity: { nodeAffinity: { a: 1 } },
      tolerations: [{ key: 'control-plane', operator: 'Exists' }],
      securityContext: { fsGroup: 7, runAsNonRoot: true },
    });
    expect(podOf(objects).spec.volumes).toEqual(
      expect.arrayContaining([
        { name: 'token-secretreader', image: { reference: 'ghcr.io/example/plugin:v1.0.0' } },
        {
          name: 'knative-releases',
          image: { reference: 'mirror.example.com/cmd/operator:v1.22.1', pullPolicy: 'IfNotPresent' },
        },
      ]),
    );
    expect(container.volumeMounts).toContainEqual({
      name: 'token-secretreader',
      mountPath: '/access-plugins/token-secretreader',
      readOnly: true,
    });
    const { data } = only(objects, 'ConfigMap', 'access-providers') as unknown as {
      data: { 'config.json': string };
    };
    const given = everything['knative_operator'] as { multicluster: { accessProvidersConfig: unknown } };
    expect(JSON.parse(data['config.json'])).toEqual(given.multicluster.accessProvidersConfig);
    expect(only(objects, 'ConfigMap', 'example').metadata.namespace).toBe('fleet');
  });

  it('restart the pods when the providers change', async () => {
    const sums = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const objects = await render({
          multicluster: { enabled: true, accessProvidersConfig: { providers: [{ name }] } },
        });
        return podOf(objects).metadata.annotations['checksum/access-providers'];
      }),
    );
    expect(sums[0]).toMatch(/^[a-f0-9]{64}$/);
    expect(sums[1]).not.toBe(sums[0]);
  });

  it('set the interval also without other clusters, and no interval where it is empty', async () => {
    const interval = async (value: unknown) =>
      containerOf(
        await render({ knative_operator: { multicluster: { remoteDeploymentsPollInterval: value } } }),
      ).args.find((arg) => arg.startsWith('--remote-deployments-poll-interval'));
    expect(await interval('1m')).toBe('--remote-deployments-poll-interval=1m');
    expect(await interval('')).toBe(undefined);
  });

  it('take a provider without a command', async () => {
    const values = multicluster({
      accessProvidersConfig: { providers: [{ name: 'a', execConfig: {} }, { name: 'b' }] },
    });
    expect(optionsOf(await render(values)).providerFile).toBe('/etc/cluster-inventory/config.json');
  });

  it('that are not used are told of', async () => {
    const told = await notes(everything);
    expect(told).toContain('operator_webhook is not used');
    expect(told).toContain("is where Knative's releases come from");
  });

  it.each<[string, Values, string]>([
    [
      'no provider',
      multicluster({ accessProvidersConfig: {} }),
      'accessProvidersConfig is empty: name at least one provider',
    ],
    [
      'a relative path',
      multicluster({
        accessProvidersConfig: { providers: [{ name: 'a' }] },
        plugins: [{ name: 'a', image: 'i', mountPath: 'plugins/a' }],
      }),
      'knative_operator.multicluster.plugins[0].mountPath must be an absolute path, got "plugins/a"',
    ],
    [
      'a command that is nowhere',
      multicluster({
        accessProvidersConfig: { providers: [{ name: 'a', execConfig: { command: '/bin/login' } }] },
        plugins: [{ name: 'a', image: 'i', mountPath: '/plugins/a' }],
      }),
      'provider "a": command "/bin/login" is not under any plugins[].mountPath [/plugins/a]: mount an image with it',
    ],
    [
      'a command that climbs out',
      multicluster({
        accessProvidersConfig: {
          providers: [{ name: 'a', execConfig: { command: '/plugins/a/../../bin/sh' } }],
        },
        plugins: [{ name: 'a', image: 'i', mountPath: '/plugins/a' }],
      }),
      'command "/bin/sh" is not under any plugins[].mountPath',
    ],
    [
      'a command that is the directory',
      multicluster({
        accessProvidersConfig: { providers: [{ name: 'a', execConfig: { command: '/plugins/a' } }] },
        plugins: [{ name: 'a', image: 'i', mountPath: '/plugins/a/' }],
      }),
      'command "/plugins/a" is not under any plugins[].mountPath',
    ],
    [
      'a builtin provider that there is not',
      multicluster({
        accessProvidersConfig: { providers: [{ name: 'a', execConfig: { command: 'builtin:vault' } }] },
      }),
      'there is no "builtin:vault": use builtin:secretreader or builtin:kubeconfig-secretreader',
    ],
  ])('with %s are refused', async (_, values, message) => {
    expect(await refusal(values)).toContain(message);
  });
});

const bothKinds = { distributedScaledObjects: true, distributedScaledJobs: true };

/** Of every part that a values file for Kedify's agent may have. */
const agentFile: Values = {
  clusterName: 'prod',
  disableSchemaValidation: false,
  hooks: 'argo',
  global: { features: { multicluster: { enabled: true, vClusterDiscoveryEnabled: false } } },
  agent: {
    replicas: 1,
    orgId: 'o',
    apiKey: 'k',
    logging: { level: 'info' },
    features: { podResourceProfilesEnabled: true, multicluster: { enabled: true } },
    multicluster: { localCluster: { enabled: false, name: 'multicluster-local' } },
    rbac: { readPods: true },
    extraArgs: { a: 'b' },
  },
  keda: { enabled: true, prometheus: { operator: { enabled: true } } },
  'keda-add-ons-http': { enabled: true },
  'otel-add-on': { enabled: false },
  'kedify-predictor': { enabled: false },
  'autoscaling-checks': { enabled: false },
  'kedify-observability': { enabled: false },
};

describe("switches of the chart of Kedify's agent", () => {
  it('work in a values file as it is, and what is not used of it is told', async () => {
    const objects = await render(agentFile);
    expect(optionsOf(objects).scaling).toMatchObject({ ...bothKinds, hubMember: undefined });
    expect(only(objects, 'Deployment')['spec']).toMatchObject({ replicas: 2 });
    expect(await notes(agentFile, 'keda')).toContain(
      '- Not used: autoscaling-checks, clusterName, disableSchemaValidation, hooks, keda, keda-add-ons-http, kedify-observability, kedify-predictor, otel-add-on, agent.apiKey, agent.extraArgs, agent.logging, agent.orgId, agent.rbac, agent.replicas, agent.features.podResourceProfilesEnabled.',
    );
  });

  it.each<[string, Values, object]>([
    [
      'for objects',
      {
        agent: {
          features: { distributedScaledObjectsEnabled: true, scalingPoliciesEnabled: true },
          orgId: 'x',
        },
      },
      { distributedScaledObjects: true, distributedScaledJobs: false, hubMember: undefined },
    ],
    [
      'for jobs',
      { agent: { features: { distributedScaledJobsEnabled: true } } },
      { distributedScaledObjects: false, distributedScaledJobs: true },
    ],
    [
      'for both, with the hub as a member',
      {
        global: { features: { multicluster: { enabled: true, type: 'distributed' } } },
        agent: { multicluster: { localCluster: { enabled: true } } },
      },
      { distributedScaledObjects: true, distributedScaledJobs: true, hubMember: 'multicluster-local' },
    ],
    ['for both, under the agent', { agent: { features: { multicluster: { enabled: true } } } }, bothKinds],
    [
      'for each, for all charts',
      { global: { features: { distributedScaledObjectsEnabled: true, distributedScaledJobsEnabled: true } } },
      bothKinds,
    ],
  ])('%s mean the same here', async (_, values, scaling) => {
    const objects = await render(values);
    expect(optionsOf(objects).scaling).toMatchObject({
      ...scaling,
      kubeconfigDirectory: '/etc/mc/kubeconfigs',
    });
    expect(only(objects, 'Secret').metadata).toMatchObject({
      name: 'kedify-agent-multicluster-kubeconfigs',
      annotations: { 'helm.sh/resource-policy': 'keep' },
    });
    expect(only(objects, 'Secret')['data']).toBe(undefined);
  });

  it('that nothing here answers to are refused', async () => {
    const values = { global: { features: { multicluster: { enabled: true, type: 'dedicated' } } } };
    expect(await refusal(values)).toContain(
      'type is "dedicated": this chart spreads workloads from the hub, \'distributed\'',
    );
  });

  it('can be switched on the Deployment as well', async () => {
    const objects = await render({ fullnameOverride: 'kedify-agent' });
    expect(only(objects, 'Deployment').metadata.name).toBe('kedify-agent');
    expect(containerOf(objects).env).toContainEqual({ name: 'DSO_ENABLED', value: 'false' });
  });
});
