import { latestVersion, numberedReleases, sortReleases } from './release-list.ts';
import { majorMinor } from './semver.ts';

export interface TargetVersionInput {
  /** `spec.version`. */
  readonly wanted?: string | undefined;
  /** Whether `spec.manifests` names files, which then stand for the release. */
  readonly ownManifests: boolean;
  /** Names of the release directories at hand, in any order. */
  readonly releases: readonly string[];
}

/**
 * The version that a spec asks for, as knative/operator decides it; '' where nothing says which. Text that names no
 * release at hand is returned as it is, so that the message about it can quote it. Nightly builds are chosen by the
 * word `latest` only.
 */
export function targetVersion({ wanted = '', ownManifests, releases }: TargetVersionInput): string {
  if (wanted.toLowerCase() === latestVersion) return latest(wanted, releases);
  if (ownManifests) return wanted;
  if (wanted === '') return numberedReleases(releases)[0] ?? '';
  const minor = `v${wanted}`;
  if (majorMinor(minor) !== minor) return wanted;
  return sortReleases(releases).find((name) => majorMinor(`v${name}`) === minor) ?? wanted;
}

/** The directory is looked up by its exact name, so `Latest` is the newest release: the reference does the same. */
function latest(wanted: string, releases: readonly string[]): string {
  return releases.includes(wanted) ? wanted : (numberedReleases(releases)[0] ?? wanted);
}
