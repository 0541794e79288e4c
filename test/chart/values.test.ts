import { describe, expect, it } from 'vitest';
import { containerOf, optionsOf, podOf } from './deployment.ts';
import { only, refusal, render, type Values } from './helm.ts';

describe('values that cannot work are refused with the remedy', () => {
  it.each<[string, Values, readonly string[]]>([
    ['an unknown value', { replica: 2 }, ["additional properties 'replica' not allowed"]],
    [
      'an unknown value within',
      { image: { name: 'a' } },
      ['/image', "additional properties 'name' not allowed"],
    ],
    [
      'an unknown value of the reference chart',
      { knative_operator: { webhook: {} } },
      ["'webhook' not allowed"],
    ],
    ['text for a number', { replicas: 'two' }, ['/replicas', 'got string, want integer']],
    ['one of other words', { scaling: { engine: 'hpa' } }, ['/scaling/engine', "'auto', 'keda', 'builtin'"]],
    ['too much', { leaderElection: { buckets: 11 } }, ['/leaderElection/buckets', 'want 10']],
    [
      'no duration',
      { multicluster: { remoteDeploymentsPollInterval: 'soon' } },
      ['/remoteDeploymentsPollInterval'],
    ],
    ['no namespace', { multicluster: { secretNamespaces: ['Fleet'] } }, ['/multicluster/secretNamespaces/0']],
    ['no digest', { image: { digest: 'latest' } }, ['/image/digest']],
    ['an argument without dashes', { extraArgs: ['workers=3'] }, ['/extraArgs/0']],
    [
      'replicas without an election',
      { extraArgs: ['--disable-ha'] },
      ['2 replicas would all do the same', 'set replicas to 1'],
    ],
    [
      'a volume twice',
      { extraVolumes: [{ name: 'tmp', emptyDir: {} }] },
      ['there are two volumes called "tmp"', 'choose another name'],
    ],
    [
      'a hub that is a member of nothing',
      { scaling: { hubMember: 'hub' } },
      ['scaling.hubMember is set', 'set scaling.distributedScaledObjects to true'],
    ],
    [
      'a name that is none',
      { scaling: { distributedScaledObjects: true, hubMember: 'Hub' } },
      ['scaling.hubMember must be up to 63 lower-case letters', 'not "Hub"'],
    ],
    [
      'an authority without a Secret',
      { scaling: { externalScaler: { enabled: true, clientAuthority: true } } },
      ['needs the Secret of scaling.externalScaler.tlsSecretName'],
    ],
    [
      'an account for everybody',
      { serviceAccount: { create: false } },
      ["every pod of the namespace would get the operator's rights", 'name the account'],
    ],
    [
      'a monitor without a Service',
      { metrics: { service: { enabled: false }, serviceMonitor: { enabled: true } } },
      ['metrics.serviceMonitor.enabled needs metrics.enabled and metrics.service.enabled'],
    ],
    [
      'an alert that there is not',
      { prometheusRule: { enabled: true, disable: ['Nothing'] } },
      ['prometheusRule.disable names "Nothing"', 'WheelwrightSpokeUnreachable'],
    ],
    [
      'a label that is none',
      { multicluster: { secretLabel: 'a b' } },
      ['must be the key of a label', 'not "a b"'],
    ],
  ])('%s', async (_, values, says) => {
    const message = await refusal(values);
    for (const text of says) expect(message).toContain(text);
  });

  it.each<[string, Values, string]>([
    ['image', { knative: { manifests: { source: 'image' } } }, "set it to 'download', or upgrade to 1.35"],
    [
      'nothing',
      { knative: { manifests: { download: false } } },
      "nowhere else to have Knative's releases from",
    ],
    [
      'plugins',
      { multicluster: { enabled: true, plugins: [{ name: 'a', image: 'i', mountPath: '/a' }] } },
      'use the builtin providers',
    ],
  ])('%s on a Kubernetes without image volumes', async (_, values, says) => {
    expect(await refusal(values, { kubernetes: '1.30.0' })).toContain(says);
  });

  it('a Kubernetes that is too old', async () => {
    expect(await refusal({}, { kubernetes: '1.28.9' })).toContain('1.28.9');
  });
});

describe('values that may be anything', () => {
  it('are those of parent charts and of notes', async () => {
    const objects = await render({ global: { imageRegistry: 'x' }, enabled: true, 'x-note': [1] });
    expect(only(objects, 'Deployment').metadata.name).toBe('ww-wheelwright');
  });

  it('are those that a null takes back', async () => {
    const objects = await render({ resources: { limits: null }, affinity: null });
    expect(containerOf(objects).resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' } });
  });
});

describe('names', () => {
  it.each([
    [{}, 'ww', 'ww-wheelwright'],
    [{}, 'my-wheelwright', 'my-wheelwright'],
    [{ nameOverride: 'operator' }, 'ww', 'ww-operator'],
    [{ fullnameOverride: 'kedify-agent' }, 'ww', 'kedify-agent'],
    [{}, 'a'.repeat(53), 'a'.repeat(40)],
  ])('of %o in the release %s begin with %s', async (values, release, name) => {
    const objects = await render({ ...values, scaling: { distributedScaledObjects: true } }, { release });
    expect(only(objects, 'Deployment').metadata.name).toBe(name);
    for (const object of objects) expect(object.metadata.name.length).toBeLessThanOrEqual(253);
    const services = objects.filter(({ kind }) => kind === 'Service');
    for (const service of services) expect(service.metadata.name.length).toBeLessThan(64);
  });
});

describe('clusters by ClusterProfile', () => {
  it('need no plugin', async () => {
    const objects = await render({ multicluster: { enabled: true } });
    expect(optionsOf(objects)).toMatchObject({
      providerFile: '/etc/cluster-inventory/config.json',
      pluginDirectories: undefined,
    });
    const { data } = only(objects, 'ConfigMap') as unknown as { data: { 'config.json': string } };
    expect(data['config.json']).toContain('"command":"builtin:kubeconfig-secretreader"');
  });

  it('are limited as the operator is told', async () => {
    const objects = await render({
      multicluster: {
        enabled: true,
        secretNamespaces: ['fleet'],
        secretSameName: true,
        secretLabel: 'example.com/profile',
        allowServers: ['10.0.0.0/8', '*.example.com'],
        denyServers: ['10.96.0.0/12'],
        allowInsecure: true,
      },
    });
    expect(optionsOf(objects)).toMatchObject({
      allowInsecureSpokes: true,
      access: {
        secrets: { namespaces: ['fleet'], nameOfProfile: true, label: 'example.com/profile' },
        servers: { allow: ['10.0.0.0/8', '*.example.com'], deny: ['10.96.0.0/12'] },
      },
    });
  });

  it('are limited in where they may be also where they are members alone', async () => {
    const multicluster = { enabled: false, allowServers: ['10.0.0.0/8'], denyServers: ['10.96.0.0/12'] };
    const objects = await render({ multicluster, scaling: { distributedScaledObjects: true } });
    expect(optionsOf(objects)).toMatchObject({
      access: { servers: { allow: ['10.0.0.0/8'], deny: ['10.96.0.0/12'] } },
    });
  });

  it('may have programs from any volume', async () => {
    const objects = await render({
      multicluster: {
        enabled: true,
        accessProvidersConfig: { providers: [{ name: 'a', execConfig: { command: '/opt/login/run' } }] },
      },
      extraVolumes: [{ name: 'login', hostPath: { path: '/opt/login' } }],
      extraVolumeMounts: [{ name: 'login', mountPath: '/opt/login', readOnly: true }],
    });
    expect(optionsOf(objects).pluginDirectories).toEqual(['/opt/login']);
  });
});

describe('scaling', () => {
  it('tells the operator all that was asked for', async () => {
    const objects = await render({
      scaling: {
        distributedScaledObjects: true,
        engine: 'builtin',
        hubMember: 'hub',
        allowLoopbackTriggers: true,
        externalScaler: { enabled: true, tlsSecretName: 'scaler', clientAuthority: true },
      },
    });
    expect(optionsOf(objects).scaling).toEqual({
      distributedScaledObjects: true,
      distributedScaledJobs: false,
      engine: 'builtin',
      kubeconfigDirectory: '/etc/mc/kubeconfigs',
      hubMember: 'hub',
      externalScalerAddress: expect.objectContaining({ port: 9443 }),
      externalScalerTls: {
        certificate: '/etc/external-scaler/tls.crt',
        key: '/etc/external-scaler/tls.key',
        clientAuthorities: '/etc/external-scaler/ca.crt',
      },
      allowsLoopbackTriggers: true,
    });
    const mounts = containerOf(objects).volumeMounts.map(({ name }) => name);
    expect(mounts.toSorted()).toEqual(
      podOf(objects)
        .spec.volumes.map(({ name }) => name)
        .toSorted(),
    );
    expect(only(objects, 'Service', 'external-scaler')['spec']).toMatchObject({
      ports: [{ name: 'grpc', port: 9443, targetPort: 'external-scaler' }],
    });
  });

  it('leaves the Secret of the members to somebody else where that is asked for', async () => {
    const values = {
      scaling: { distributedScaledObjects: true, kubeconfigs: { create: false, secretName: 'mine' } },
    };
    const objects = await render(values);
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(podOf(objects).spec.volumes).toContainEqual({
      name: 'kubeconfigs',
      secret: { secretName: 'mine', optional: true },
    });
  });
});

describe('operation', () => {
  it('takes over what pods may have', async () => {
    const objects = await render({
      replicas: 1,
      imagePullSecrets: [{ name: 'registry' }],
      priorityClassName: 'system-cluster-critical',
      runtimeClassName: 'gvisor',
      hostUsers: false,
      nodeSelector: { pool: 'control' },
      tolerations: [{ operator: 'Exists' }],
      topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }],
      updateStrategy: { type: 'Recreate' },
      podLabels: { team: 'platform' },
      extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
      extraArgs: ['--workers=64', '--disable-ha'],
      logLevel: 'debug',
      tracing: { endpoint: 'http://collector:4318/v1/traces', samplingRate: '0.1' },
    });
    expect(podOf(objects).spec).toMatchObject({
      imagePullSecrets: [{ name: 'registry' }],
      priorityClassName: 'system-cluster-critical',
      runtimeClassName: 'gvisor',
      hostUsers: false,
      nodeSelector: { pool: 'control' },
      tolerations: [{ operator: 'Exists' }],
      topologySpreadConstraints: [
        {
          maxSkew: 2,
          topologyKey: 'rack',
          labelSelector: { matchLabels: { 'app.kubernetes.io/instance': 'ww' } },
        },
      ],
    });
    expect(podOf(objects).metadata.labels['team']).toBe('platform');
    expect(containerOf(objects).env).toContainEqual({ name: 'HTTPS_PROXY', value: 'http://proxy:3128' });
    expect(optionsOf(objects)).toMatchObject({
      workers: 64,
      leaderElection: false,
      logLevel: 'debug',
      tracing: { endpoint: 'http://collector:4318/v1/traces', samplingRate: 0.1 },
    });
    expect(only(objects, 'Deployment')['spec']).toMatchObject({
      strategy: { type: 'Recreate' },
      replicas: 1,
    });
    expect(objects.filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
  });

  it('serves no metrics where nobody wants them', async () => {
    const objects = await render({ metrics: { enabled: false } });
    expect(optionsOf(objects).metricsAddress).toBe(undefined);
    expect(objects.filter(({ kind }) => kind === 'Service')).toEqual([]);
  });

  it('has alerts, without those that are switched off, and with labels for routing', async () => {
    const prometheusRule = {
      enabled: true,
      labels: { release: 'prometheus' },
      disable: ['WheelwrightDown'],
      alertLabels: { team: 'a' },
    };
    const rule = only(await render({ prometheusRule }), 'PrometheusRule');
    expect(rule.metadata.labels).toMatchObject({ release: 'prometheus' });
    const { groups } = rule['spec'] as {
      groups: { rules: { alert: string; labels: object; annotations: object }[] }[];
    };
    const rules = groups[0]?.rules ?? [];
    expect(rules.map(({ alert }) => alert)).not.toContain('WheelwrightDown');
    const unreachable = rules.find(({ alert }) => alert === 'WheelwrightSpokeUnreachable');
    expect(unreachable).toMatchObject({
      labels: { severity: 'warning', team: 'a' },
      annotations: { summary: 'Cluster {{ $labels.target_cluster }} cannot be reached.' },
    });
  });

  it('has a monitor and dashboards', async () => {
    const objects = await render({
      metrics: {
        serviceMonitor: { enabled: true, namespace: 'monitoring', labels: { release: 'prometheus' } },
      },
      grafanaDashboards: { enabled: true, annotations: { folder: 'Platform' } },
    });
    const monitor = only(objects, 'ServiceMonitor');
    expect(monitor.metadata).toMatchObject({ namespace: 'monitoring', labels: { release: 'prometheus' } });
    const { selector } = monitor['spec'] as { selector: { matchLabels: object } };
    expect(only(objects, 'Service').metadata.labels).toMatchObject(selector.matchLabels);
    const { data } = only(objects, 'ConfigMap', 'dashboards') as unknown as { data: Record<string, string> };
    for (const uid of ['fleet', 'delivery', 'scaling', 'operator'].map((name) => `wheelwright-${name}`))
      expect(JSON.parse(data[`${uid}.json`] ?? '')).toMatchObject({ uid });
  });

  it('lets the pods reach nobody but API servers where that is asked for', async () => {
    const networkPolicy = { enabled: true, apiServerCidrs: ['10.0.0.1/32'], spokeCidrs: ['10.4.0.0/16'] };
    const { egress, ingress } = only(await render({ networkPolicy }), 'NetworkPolicy')['spec'] as Record<
      string,
      unknown
    >;
    expect(egress).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
      {
        ports: [
          { port: 443, protocol: 'TCP' },
          { port: 6443, protocol: 'TCP' },
        ],
        to: [{ ipBlock: { cidr: '10.0.0.1/32' } }, { ipBlock: { cidr: '10.4.0.0/16' } }],
      },
    ]);
    expect(ingress).toEqual([
      { ports: [{ port: 'health' }] },
      { ports: [{ port: 'metrics' }], from: [{ namespaceSelector: {} }] },
    ]);
  });
});
