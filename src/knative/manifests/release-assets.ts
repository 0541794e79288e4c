import type { ReleasePath } from './release-path.ts';

/** The files that make up one release of one component, on the release page of its repository. */
export interface ReleaseAssets {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** A whole version, or a minor version whose newest patch is meant. */
  readonly version: string;
  readonly files: readonly string[];
}

/**
 * Where the files of a release path are published; undefined for paths that have no release page. Security-Guard has
 * none that is complete. The names are those of the release pages, in the order in which they are applied.
 */
export function releaseAssets(path: ReleasePath): ReleaseAssets | undefined {
  const [directory = '', version = '', addOn] = path.split('/');
  if (!/^[0-9]+\.[0-9]+(\.[0-9]+)?$/.test(version)) return undefined;
  const published = releases[addOn === undefined ? directory : `${directory}/${addOn}`];
  return published === undefined ? undefined : { ...published, version };
}

const releases: Readonly<Record<string, Omit<ReleaseAssets, 'version'>>> = {
  'knative-serving': {
    repository: 'knative/serving',
    files: ['serving-crds.yaml', 'serving-core.yaml', 'serving-hpa.yaml', 'serving-post-install-jobs.yaml'],
  },
  'knative-eventing': {
    repository: 'knative/eventing',
    files: [
      'eventing-crds.yaml',
      'eventing-core.yaml',
      'eventing-tls-networking.yaml',
      'in-memory-channel.yaml',
      'mt-channel-broker.yaml',
      'eventing-post-install.yaml',
    ],
  },
  'ingress/istio': { repository: 'knative-extensions/net-istio', files: ['net-istio.yaml'] },
  'ingress/contour': { repository: 'knative-extensions/net-contour', files: ['net-contour.yaml'] },
  'ingress/kourier': { repository: 'knative-extensions/net-kourier', files: ['kourier.yaml'] },
  'ingress/gateway-api': {
    repository: 'knative-extensions/net-gateway-api',
    files: ['net-gateway-api.yaml'],
  },
  'eventing-source/ceph': { repository: 'knative-extensions/eventing-ceph', files: ['ceph.yaml'] },
  'eventing-source/github': { repository: 'knative-extensions/eventing-github', files: ['github.yaml'] },
  'eventing-source/gitlab': { repository: 'knative-extensions/eventing-gitlab', files: ['gitlab.yaml'] },
  'eventing-source/kafka': {
    repository: 'knative-extensions/eventing-kafka-broker',
    files: [
      'eventing-kafka-controller.yaml',
      'eventing-kafka-source.yaml',
      'eventing-kafka-post-install.yaml',
    ],
  },
  'eventing-source/rabbitmq': {
    repository: 'knative-extensions/eventing-rabbitmq',
    files: ['rabbitmq-source.yaml'],
  },
  'eventing-source/redis': { repository: 'knative-extensions/eventing-redis', files: ['redis-source.yaml'] },
};
