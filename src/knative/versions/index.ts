export { type Eligibility, judgeMigration, type Migration } from './eligibility.ts';
export { isKubernetesTooOld, kubernetesMinimum, kubernetesMinimums } from './kubernetes-minimum.ts';
export { latestVersion, numberedReleases, sortReleases } from './release-list.ts';
export { isGoodEnough, publishedVersionNeeded } from './published-version.ts';
export { majorMinor, withLeadingV } from './semver.ts';
export { targetVersion, type TargetVersionInput } from './target-version.ts';
export { nextVersion, type PathInput, versionPath } from './version-path.ts';
