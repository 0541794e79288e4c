import { compareVersions, isVersion } from './semver.ts';

/** The keyword, and the name of the directory, of nightly builds. */
export const latestVersion = 'latest';

/** Names of release directories, newest first; names that are no version, such as `latest`, come last. */
export function sortReleases(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => compareVersions(`v${b}`, `v${a}`) || (a < b ? -1 : 1));
}

/** The releases among them, newest first: what a user can choose. */
export function numberedReleases(names: readonly string[]): readonly string[] {
  return sortReleases(names.filter((name) => isVersion(`v${name}`)));
}
