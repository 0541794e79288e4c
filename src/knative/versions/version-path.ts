import { judgeMigration } from './eligibility.ts';
import { latestVersion, numberedReleases } from './release-list.ts';
import { compareVersions, majorMinor } from './semver.ts';

export interface PathInput {
  readonly kind: string;
  /** `status.version`; empty before the first installation. */
  readonly current?: string | undefined;
  /** Where to go; by default the newest release, when that is newer than `current`. */
  readonly goal?: string | undefined;
  /** Names of the release directories at hand, in any order. */
  readonly releases: readonly string[];
}

/**
 * The versions to install one after another to get from `current` to `goal`: the newest patch of every minor between
 * them, then the goal. Each step is one that judgeMigration allows. Empty where the goal is reached already, or where
 * a release on the way is not at hand.
 */
export function versionPath({ kind, current = '', goal, releases }: PathInput): readonly string[] {
  const numbered = numberedReleases(releases);
  const target = goal ?? newest(numbered, current);
  if (target === '' || target === current) return [];
  const path: string[] = [];
  for (let at = current; at !== target;) {
    const next = isStep(kind, at, target) ? target : stepTowards(kind, at, target, numbered);
    if (next === undefined) return [];
    path.push(next);
    at = next;
  }
  return path;
}

/** The version to choose next on the way to `goal`, or to the newest release. */
export function nextVersion(input: PathInput): string | undefined {
  return versionPath(input)[0];
}

function newest(releases: readonly string[], current: string): string {
  const [first = ''] = releases;
  return compareVersions(`v${first}`, `v${current}`) > 0 ? first : '';
}

/** The newest patch of the next minor; strictly between the two, so that a path comes to its end. */
function stepTowards(
  kind: string,
  at: string,
  target: string,
  releases: readonly string[],
): string | undefined {
  if (at === latestVersion || target === latestVersion) return undefined;
  return releases.find(
    (name) => isBetween(name, at, target) && minorDiffers(name, at) && isStep(kind, at, name),
  );
}

function isStep(kind: string, current: string, target: string): boolean {
  return judgeMigration({ kind, current, target }).eligible;
}

function isBetween(name: string, a: string, b: string): boolean {
  return compareVersions(`v${name}`, `v${a}`) * compareVersions(`v${name}`, `v${b}`) < 0;
}

function minorDiffers(a: string, b: string): boolean {
  return majorMinor(`v${a}`) !== majorMinor(`v${b}`);
}
