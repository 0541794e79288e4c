import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { containerOf, optionsOf, podOf } from './deployment.ts';
import { refusal, render, type Values } from './helm.ts';

/** `Kind end-of-name` of what comes with the defaults. */
let usual: readonly string[];

beforeAll(async () => {
  usual = (await render()).map(nameOf);
});

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name.replace(/^(fleet-)?ww-wheelwright-?/, '')}`.trim();
}

/** What comes beside, with `+`, and what does not, with `-`; definitions and roles have tests of their own. */
function changes(objects: readonly KubeObject[]): readonly string[] {
  const there = objects.map(nameOf);
  return [
    ...there.filter((name) => !usual.includes(name)).map((name) => `+${name}`),
    ...usual.filter((name) => !there.includes(name)).map((name) => `-${name}`),
  ]
    .filter((name) => !/^.(ClusterRole|Role)/.test(name))
    .toSorted();
}

/** A release that Kubernetes takes, and a pod that starts: flags that there are, and a volume for each mount. */
function isWhole(objects: readonly KubeObject[]): void {
  const places = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  expect(new Set(places).size).toBe(places.length);
  expect(optionsOf(objects).workers).toBeGreaterThan(0);
  const mounts = containerOf(objects).volumeMounts.map(({ name }) => name);
  const volumes = podOf(objects).spec.volumes.map(({ name }) => name);
  expect(new Set(volumes).size).toBe(volumes.length);
  expect(new Set(mounts)).toEqual(new Set(volumes));
  const granted = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
  for (const binding of granted) {
    const { kind, name } = binding['roleRef'] as { readonly kind: string; readonly name: string };
    expect(places).toContain(`${kind} ${kind === 'Role' ? binding.metadata.namespace : ''}/${name}`);
  }
}

const objects = { scaling: { distributedScaledObjects: true } };
const scaling = (more: Values): Values => ({ scaling: { distributedScaledObjects: true, ...more } });
const clusters = (more: Values = {}): Values => ({ multicluster: { enabled: true, ...more } });
const secret = '+Secret kedify-agent-multicluster-kubeconfigs';
const providers = '+ConfigMap access-providers';
const definitions = [
  'distributedscaledobjects.keda.kedify.io',
  'kedifyconfigurations.install.kedify.io',
  'knativeeventings.operator.knative.dev',
  'knativeservings.operator.knative.dev',
].map((name) => `CustomResourceDefinition ${name}`);

describe('values that go together', () => {
  it.each<[string, Values, readonly string[], string?]>([
    ['everything at its default', {}, []],
    ['one replica', { replicas: 1 }, ['-PodDisruptionBudget']],
    ['none, for a while', { replicas: 0 }, ['-PodDisruptionBudget']],
    ['shared work', { replicas: 3, leaderElection: { buckets: 10 } }, []],
    ['no budget', { podDisruptionBudget: { enabled: false } }, ['-PodDisruptionBudget']],
    ['other clusters only', { ...clusters(), knative: { onHub: false } }, [providers]],
    [
      'other clusters, in canonical namespaces',
      { ...clusters(), knative: { spokeNamespace: 'canonical' } },
      [providers],
    ],
    ['Secrets of two namespaces', clusters({ secretNamespaces: ['fleet', 'edge'] }), [providers]],
    [
      'Secrets of the same name, with a label',
      clusters({ secretSameName: true, secretLabel: 'a/b' }),
      [providers],
    ],
    ['no interval', { multicluster: { remoteDeploymentsPollInterval: '' } }, []],
    ['workloads only', { ...objects, knative: { onHub: false } }, [secret]],
    ['workloads of two namespaces', scaling({ namespaces: ['shop', 'edge'] }), [secret]],
    ['workloads by KEDA', scaling({ engine: 'keda', workloadsFromHub: false }), [secret]],
    ['workloads without KEDA', scaling({ engine: 'builtin' }), [secret]],
    ['jobs', { scaling: { distributedScaledJobs: true } }, [secret]],
    ['a Secret of a name of its own', scaling({ kubeconfigs: { secretName: 'mine' } }), ['+Secret mine']],
    ['a Secret of somebody else', scaling({ kubeconfigs: { create: false } }), []],
    [
      'triggers for KEDA, in clear text',
      { scaling: { externalScaler: { enabled: true, port: 7443 } } },
      ['+Service external-scaler'],
    ],
    ['everything at once', { ...clusters(), ...scaling({ hubMember: 'hub' }) }, [providers, secret]],
    [
      'everything that is seen',
      {
        metrics: { serviceMonitor: { enabled: true } },
        prometheusRule: { enabled: true },
        grafanaDashboards: { enabled: true },
      },
      ['+ConfigMap dashboards', '+PrometheusRule', '+ServiceMonitor'],
    ],
    [
      'one port for what listens and what does not',
      { metrics: { enabled: false }, healthPort: 9443, scaling: { externalScaler: { port: 9443 } } },
      ['-Service metrics'],
    ],
    ['nothing that is seen', { metrics: { enabled: false } }, ['-Service metrics']],
    ['limited ways', { networkPolicy: { enabled: true } }, ['+NetworkPolicy']],
    [
      'limited ways with a scaler',
      {
        networkPolicy: { enabled: true, metricsFrom: [{ podSelector: {} }] },
        scaling: { externalScaler: { enabled: true } },
      },
      ['+NetworkPolicy', '+Service external-scaler'],
    ],
    ['no definitions', { crds: { install: false } }, definitions.map((name) => `-${name}`)],
    ['definitions that go', { crds: { keep: false } }, []],
    ['an account of somebody else', { serviceAccount: { create: false, name: 'mine' } }, ['-ServiceAccount']],
    ['an account without rights here', { rbac: { create: false } }, []],
    [
      'a mirror by digests',
      {
        image: { digest: `sha256:${'a'.repeat(64)}` },
        knative: { manifests: { image: { digest: `sha256:${'b'.repeat(64)}` } } },
      },
      [],
    ],
    ['releases from the image alone', { knative: { manifests: { source: 'image', download: false } } }, []],
    [
      'releases by download, kept',
      { knative: { manifests: { source: 'download', cache: { existingClaim: 'releases' } } } },
      [],
    ],
    ['an old Kubernetes', clusters(), [providers], '1.29.0'],
    [
      'an old Kubernetes with switched-on image volumes',
      { knative: { manifests: { source: 'image' } } },
      [],
      '1.33.0',
    ],
    ['a version of a cloud', clusters(), [providers], '1.36.2-eks-1234567'],
    [
      'flags and variables',
      { extraArgs: ['--workers=8', '--kube-api-qps=50'], extraEnv: [{ name: 'A', value: 'b' }] },
      [],
    ],
    [
      'the values of two other charts',
      { knative_operator: { multicluster: { enabled: false } }, agent: { features: {} } },
      [],
    ],
    [
      'an object of its own',
      { extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } }] },
      ['+ConfigMap mine'],
    ],
  ])('%s', async (_, values, expected, kubernetes = '1.36.3') => {
    const rendered = await render(values, { kubernetes });
    isWhole(rendered);
    expect(changes(rendered)).toEqual(expected.toSorted());
  });
});

describe('values that do not', () => {
  it.each<[string, Values, readonly string[], string?]>([
    ['fewer than no replicas', { replicas: -1 }, ['/replicas', 'want 0']],
    ['no part', { leaderElection: { buckets: 0 } }, ['/leaderElection/buckets', 'want 1']],
    ['another level', { logLevel: 'verbose' }, ['/logLevel', "'trace', 'debug', 'info'"]],
    ['a port that there is not', { metrics: { port: 70_000 } }, ['/metrics/port', 'want 65,535']],
    ['a list for a map', { nodeSelector: ['pool'] }, ['/nodeSelector', 'got array, want object']],
    ['a number for a label', { podLabels: { tier: 1 } }, ['/podLabels/tier', 'got number, want string']],
    ['a text for a switch', { crds: { keep: 'yes' } }, ['/crds/keep', 'got string, want boolean']],
    [
      'another source',
      { knative: { manifests: { source: 'git' } } },
      ['/source', "'auto', 'image', 'download'"],
    ],
    [
      'another rule of namespaces',
      { knative: { spokeNamespace: 'mine' } },
      ['/spokeNamespace', "'same', 'canonical'"],
    ],
    ['half a version', { knative: { kubernetesMinVersion: '1.34' } }, ['/knative/kubernetesMinVersion']],
    [
      'a plugin without an image',
      { multicluster: { plugins: [{ name: 'a', mountPath: '/a' }] } },
      ["missing property 'image'"],
    ],
    [
      'a plugin of a name that is none',
      { multicluster: { plugins: [{ name: 'A', image: 'i', mountPath: '/a' }] } },
      ['/plugins/0/name'],
    ],
    [
      'no providers',
      clusters({ accessProvidersConfig: null }),
      ['multicluster.accessProvidersConfig is empty', 'name at least one provider'],
    ],
    [
      'a plugin twice',
      clusters({
        plugins: [
          { name: 'a', image: 'i', mountPath: '/a' },
          { name: 'a', image: 'i', mountPath: '/b' },
        ],
      }),
      ['there are two volumes called "a"', 'choose another name in multicluster.plugins'],
    ],
    [
      'a misspelled switch',
      { scaling: { distributedScaledObject: true } },
      ["additional properties 'distributedScaledObject' not allowed"],
    ],
    [
      'a misspelled value of the other chart',
      { knative_operator: { multicluster: { enable: true } } },
      ["'enable' not allowed"],
    ],
    [
      'an interval of the other chart',
      { knative_operator: { multicluster: { remoteDeploymentsPollInterval: '10' } } },
      ['/remoteDeploymentsPollInterval'],
    ],
    [
      'a KEDA on each member',
      { agent: { features: { multicluster: { enabled: true, type: 'dedicated' } } } },
      ['agent.features.multicluster.type is "dedicated"', "set it to 'distributed'"],
    ],
    [
      'a hub without workloads',
      { agent: { multicluster: { localCluster: { enabled: true } } } },
      ['scaling.hubMember is set, but nothing is spread'],
    ],
    [
      'one port for two',
      { healthPort: 9090 },
      ['healthPort and metrics.port are both 9090', 'choose another port for one of them'],
    ],
    [
      'one port for metrics and triggers',
      { scaling: { externalScaler: { enabled: true, port: 9090 } } },
      ['metrics.port and scaling.externalScaler.port are both 9090'],
    ],
    [
      'alerts without metrics',
      { metrics: { enabled: false }, prometheusRule: { enabled: true } },
      ['prometheusRule.enabled needs metrics.enabled'],
    ],
    ['a Kubernetes of yesterday', {}, ['requires kubeVersion', '1.24.0'], '1.24.0'],
  ])('%s', async (_, values, says, kubernetes = '1.36.3') => {
    const message = await refusal(values, { kubernetes });
    for (const text of says) expect(message).toContain(text);
  });
});
