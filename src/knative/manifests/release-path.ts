import { latestVersion, majorMinor, withLeadingV } from '../versions/index.ts';
import { ManifestError } from './manifest-error.ts';

/**
 * Where a release lies below a manifest root, in the layout of the data directory of knative/operator:
 * `knative-serving/1.22.1`, `ingress/1.22/kourier`, `eventing-source/1.22/kafka`, `security-guard/0.6`.
 */
export type ReleasePath = string;

export const componentDirectories = {
  serving: 'knative-serving',
  eventing: 'knative-eventing',
} as const;

export type Component = keyof typeof componentDirectories;

/** Every directory that a manifest root may hold. */
export const releaseDirectories: readonly string[] = [
  ...Object.values(componentDirectories),
  'ingress',
  'eventing-source',
  'security-guard',
];

/** Add-ons are released by minor version: `1.22` for 1.22.1, `latest` for itself. */
export function addOnVersion(version: string): string {
  return version.toLowerCase() === latestVersion ? latestVersion : majorMinor(withLeadingV(version)).slice(1);
}

/**
 * Where an add-on is kept that was downloaded for a version of the core: `ingress/1.22.1/kourier`. What is published
 * for a minor version changes with each patch, so it is fetched anew for each version of the core, and never changes
 * under one that is installed. Other paths are what they are.
 */
export function keptPath(path: ReleasePath, core = ''): ReleasePath {
  const [directory = '', minor = '', addOn] = path.split('/');
  const isOfMinor = addOn !== undefined && minor !== latestVersion && addOnVersion(core) === minor;
  return isOfMinor ? [directory, core, addOn].join('/') : path;
}

/**
 * Joins the parts of a path; a part comes from a custom resource and so must not lead out of the root.
 * Throws a ManifestError.
 */
export function releasePath(...parts: readonly string[]): ReleasePath {
  const odd = parts.find((part) => !/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(part));
  if (odd === undefined) return parts.join('/');
  throw new ManifestError(`'${odd}' names no release: it must be a version such as 1.22.1`, {
    reason: 'SpecInvalid',
  });
}
