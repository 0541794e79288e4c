import { latestVersion, numberedReleases } from './release-list.ts';
import { compareVersions, majorMinor } from './semver.ts';
import { targetVersion, type TargetVersionInput } from './target-version.ts';

/**
 * What only the place that releases are published in can tell: the newest of a minor version, or of all. Undefined where
 * the spec names a release, and where the directories at hand decide, because somebody chose what is in them.
 */
export function publishedVersionNeeded({
  wanted = '',
  ownManifests,
  releases,
}: TargetVersionInput): { readonly minor: string | undefined } | undefined {
  const isLatest = wanted.toLowerCase() === latestVersion;
  if (ownManifests && !isLatest) return undefined;
  if (isLatest && releases.includes(wanted)) return undefined;
  const numbered = numberedReleases(releases);
  if (isLatest || wanted === '') return numbered.length === 0 ? { minor: undefined } : undefined;
  const minor = `v${wanted}`;
  if (majorMinor(minor) !== minor) return undefined;
  return numbered.some((name) => majorMinor(`v${name}`) === minor) ? undefined : { minor: wanted };
}

/**
 * Whether releases that were downloaded before will do while nobody can say which is the newest: they must not move an
 * installation back, and a new one without a version must not begin with whatever others have chosen.
 */
export function isGoodEnough(input: TargetVersionInput, current = ''): boolean {
  const target = `v${targetVersion(input)}`;
  if (!numberedReleases(input.releases).includes(target.slice(1))) return false;
  const { wanted = '' } = input;
  const isOtherMinor = majorMinor(target) !== majorMinor(`v${current}`);
  if (wanted !== '' && wanted.toLowerCase() !== latestVersion && isOtherMinor) return true;
  return current !== '' && compareVersions(target, `v${current}`) >= 0;
}
