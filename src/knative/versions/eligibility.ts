import { latestVersion } from './release-list.ts';
import { isVersion, major, majorMinor, withLeadingV } from './semver.ts';

export interface Migration {
  /** `KnativeServing` or `KnativeEventing`, for the message. */
  readonly kind: string;
  /** `status.version`; empty before the first installation. */
  readonly current?: string | undefined;
  readonly target: string;
}

export type Eligibility =
  | { readonly eligible: true }
  | { readonly eligible: false; readonly message: string };

/**
 * Knative supports moves by one minor version, up or down; from 0.26 it goes on with 1.0. `latest` may be left and
 * entered from anywhere. The messages are those of knative/operator, whose users have alerts on them.
 */
export function judgeMigration({ kind, current: installed = '', target: wanted }: Migration): Eligibility {
  if (wanted === latestVersion) return eligible;
  const target = withLeadingV(wanted);
  if (!isVersion(target))
    return refuse(`target version ${target} is not in a valid semantic versioning format`);
  if (!target.includes('.')) {
    return refuse(`target version ${target} should at least include the major and minor numbers`);
  }
  if (installed === '' || installed === latestVersion) return eligible;

  const current = withLeadingV(installed);
  if (!isVersion(current))
    return refuse(`minor number of the current version ${current} should be an integer`);
  if (major(current) !== major(target)) {
    return bridgesMajors(current, target)
      ? eligible
      : refuse(
          `not supported to upgrade or downgrade across the MAJOR version. The installed ${kind} version is ${current}`,
        );
  }
  return Math.abs(minorOf(current) - minorOf(target)) <= 1
    ? eligible
    : refuse(
        `not supported to upgrade or downgrade across multiple MINOR versions. The installed ${kind} version is ${current}`,
      );
}

const eligible: Eligibility = { eligible: true };

function refuse(message: string): Eligibility {
  return { eligible: false, message };
}

function bridgesMajors(a: string, b: string): boolean {
  const ends = new Set([majorMinor(a), majorMinor(b)]);
  return ends.has('v0.26') && ends.has('v1.0');
}

function minorOf(version: string): number {
  return Number(majorMinor(version).split('.')[1]);
}
