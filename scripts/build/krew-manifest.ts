import { dump } from 'js-yaml';

export interface KrewRelease {
  /** Without a `v`. */
  readonly version: string;
  /** Lines of `sha256sum`: the sum and the name of each archive. */
  readonly checksums: string;
}

const platforms = [
  { os: 'linux', arch: 'amd64' },
  { os: 'linux', arch: 'arm64' },
  { os: 'darwin', arch: 'amd64' },
  { os: 'darwin', arch: 'arm64' },
  { os: 'windows', arch: 'amd64' },
  { os: 'windows', arch: 'arm64' },
] as const;

type Platform = (typeof platforms)[number];

/** `wheelwright_v1.2.3_linux_amd64.tar.gz`: the names of krew, which are those of Go. */
export function archiveName(version: string, { os, arch }: Platform): string {
  return `wheelwright_v${version}_${os}_${arch}.tar.gz`;
}

/** In an archive; krew links `kubectl-wheelwright` to it. */
export function executableName(os: string): string {
  return os === 'windows' ? 'wheelwright.exe' : 'wheelwright';
}

/** Throws for a system or a processor that there is no archive for. */
export function platformOf(platform: NodeJS.Platform, arch: string): Platform {
  const names: Readonly<Record<string, string>> = { win32: 'windows', x64: 'amd64' };
  const [os, processor] = [names[platform] ?? platform, names[arch] ?? arch];
  const found = platforms.find((candidate) => candidate.os === os && candidate.arch === processor);
  if (found === undefined) throw new Error(`there is no executable for ${os} on ${processor}`);
  return found;
}

/** What krew-index has of the plugin. Throws where an archive is missing. */
export function krewManifest({ version, checksums }: KrewRelease): string {
  const sums = new Map(
    [...checksums.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)].map(([, sum = '', name = '']) => [name, sum]),
  );
  return dump({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'wheelwright' },
    spec: {
      version: `v${version}`,
      homepage: 'https://github.com/wheelwright/wheelwright',
      shortDescription: 'See and steer Knative and workloads on many clusters',
      description:
        'Shows the fleet of a Wheelwright hub on one screen, explains why a cluster or a workload is as it is, ' +
        'plays outages before they happen, registers members, and looks for what keeps hub and clusters from working.\n',
      platforms: platforms.map((platform) => {
        const { os, arch } = platform;
        const archive = archiveName(version, platform);
        const sha256 = sums.get(archive);
        if (sha256 === undefined) throw new Error(`there is no checksum of ${archive}`);
        return {
          selector: { matchLabels: { os, arch } },
          uri: `https://github.com/wheelwright/wheelwright/releases/download/v${version}/${archive}`,
          sha256,
          bin: executableName(os),
        };
      }),
    },
  });
}
