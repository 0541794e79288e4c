import type { Condition, KubeObject } from '../../src/api/index.ts';

/** Profiles and their Secrets live here. */
export const fleetNamespace = 'fleet-system';
/** The provider that profiles of a fleet offer unless told otherwise. */
export const defaultProvider = 'kubeconfig-secretreader';

export interface ProfileOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly proxyUrl?: string;
  /** Whom its certificate names, in place of the host of its server. */
  readonly tlsServerName?: string;
  readonly provider?: string;
  /** What the exec extension says; default: the Secret of the profile's name, key `value`. */
  readonly execConfig?: Readonly<Record<string, unknown>>;
  /** Further extensions of the offered cluster, by name. */
  readonly extensions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly healthy?: 'True' | 'False' | 'Unknown';
}

export function clusterProfile({
  name,
  namespace = fleetNamespace,
}: Pick<ProfileOptions, 'name' | 'namespace'>): KubeObject {
  return {
    apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    kind: 'ClusterProfile',
    metadata: { name, namespace, labels: { 'x-k8s.io/cluster-manager': 'bed' } },
    spec: { displayName: name, clusterManager: { name: 'bed' } },
  };
}

/** What a cluster manager writes. */
export function clusterProfileStatus(options: ProfileOptions): Readonly<Record<string, unknown>> {
  const {
    name,
    namespace = fleetNamespace,
    server,
    certificateAuthority,
    provider = defaultProvider,
    healthy = 'True',
  } = options;
  const extensions = {
    'client.authentication.k8s.io/exec': options.execConfig ?? { name, key: 'value', namespace },
    ...options.extensions,
  };
  return {
    conditions: [
      {
        type: 'ControlPlaneHealthy',
        status: healthy,
        reason: healthy === 'True' ? 'Answering' : 'NotAnswering',
        message: healthy === 'True' ? '' : 'etcd leader lost',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
    accessProviders: [
      {
        name: provider,
        cluster: {
          server,
          ...(options.proxyUrl === undefined ? {} : { 'proxy-url': options.proxyUrl }),
          ...(options.tlsServerName === undefined ? {} : { 'tls-server-name': options.tlsServerName }),
          'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
          extensions: Object.entries(extensions).map(([name, extension]) => ({ name, extension })),
        },
      },
    ],
  };
}

export function kubeconfigSecret(name: string, kubeconfig: string, namespace = fleetNamespace): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'Opaque',
    data: { value: Buffer.from(kubeconfig).toString('base64') },
  };
}

export interface ServingOptions {
  readonly name?: string;
  readonly namespace?: string;
  /** Name of the ClusterProfile; without one Knative is installed on the hub. */
  readonly profile?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A KnativeServing with Kourier, which needs nothing else on its cluster. */
export function knativeServing({
  name = 'knative',
  namespace = 'knative-serving',
  profile,
  spec = {},
}: ServingOptions): KubeObject {
  return {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: 'KnativeServing',
    metadata: { name, namespace },
    spec: {
      ...(profile === undefined ? {} : { clusterProfileRef: { name: profile, namespace: fleetNamespace } }),
      ingress: { kourier: { enabled: true } },
      config: { network: { 'ingress-class': 'kourier.ingress.networking.knative.dev' } },
      ...spec,
    },
  };
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function conditionsOf(object: KubeObject): readonly Condition[] {
  const { conditions = [] } = (object['status'] ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions;
}
