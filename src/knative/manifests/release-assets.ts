import type { ReleasePath } from './release-path.ts';

/** What every release of a component consists of, on the release page of its repository. */
export interface ReleaseFiles {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  readonly files: readonly string[];
}

export interface ReleaseAssets extends ReleaseFiles {
  /** A whole version; of an add-on also a minor version, whose newest patch is meant. */
  readonly version: string;
}

/**
 * Where the files of a release path are published; undefined for paths that have no release page. Security-Guard has
 * none that is complete. The names are those of the release pages, in the order in which they are applied.
 */
export function releaseAssets(path: ReleasePath): ReleaseAssets | undefined {
  const [directory = '', version = '', addOn] = path.split('/');
  const published = releaseFiles(addOn === undefined ? directory : `${directory}/${addOn}`);
  if (published === undefined) return undefined;
  if (!(addOn === undefined ? isWholeVersion(version) : /^[0-9]+\.[0-9]+(\.[0-9]+)?$/.test(version)))
    return undefined;
  return { ...published, version };
}

/** The same of all releases: of `knative-serving` or `ingress/kourier`. */
export function releaseFiles(name: string): ReleaseFiles | undefined {
  return Object.hasOwn(releases, name) ? releases[name] : undefined;
}

/** `1.22.1`, without a pre-release. */
export function isWholeVersion(text: string): boolean {
  return /^[0-9]+\.[0-9]+\.[0-9]+$/.test(text);
}

interface Page {
  /** Default `https://github.com`. */
  readonly server?: string | undefined;
}

export function repositoryAddress({ repository }: ReleaseFiles, { server }: Page): string {
  return `${server ?? 'https://github.com'}/${repository}`;
}

export function addressOf(release: ReleaseFiles, tag: string, file: string, page: Page): string {
  return `${repositoryAddress(release, page)}/releases/download/${tag}/${file}`;
}

const releases: Readonly<Record<string, ReleaseFiles>> = {
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
