import { ManifestError } from './manifest-error.ts';
import { type ReleasePath, releaseDirectories, releasePath } from './release-path.ts';

/** One place to read manifests from. */
export type ManifestPath =
  | { readonly kind: 'release'; readonly path: ReleasePath }
  | { readonly kind: 'url'; readonly url: string }
  /** A file or directory of the operator's own file system. */
  | { readonly kind: 'file'; readonly path: string };

/** The data root of knative/operator's image; `status.manifests` is written with it whatever the root is. */
const customaryRoot = '/var/run/ko';

/**
 * Reads the path grammar of knative/operator: a list with commas of files, directories and URLs. What lies below
 * `customaryRoot` is a release, wherever releases come from here. Throws a ManifestError.
 */
export function parseManifestPaths(text: string): readonly ManifestPath[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry);
}

/** How `status.manifests` and `parseManifestPaths` spell a release. */
export function spellReleasePath(path: ReleasePath): string {
  return `${customaryRoot}/${path}`;
}

function parseEntry(entry: string): ManifestPath {
  if (entry.startsWith(`${customaryRoot}/`)) {
    const parts = entry
      .slice(customaryRoot.length)
      .split('/')
      .filter((part) => part !== '');
    if (releaseDirectories.includes(parts[0] ?? '')) return { kind: 'release', path: releasePath(...parts) };
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(entry)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'file', path: entry };
  if ((scheme === 'http' || scheme === 'https') && URL.canParse(entry)) return { kind: 'url', url: entry };
  throw new ManifestError(
    `'${scheme}://…' cannot be read: a manifest URL must begin with https:// or http://`,
    {
      reason: 'SpecInvalid',
    },
  );
}
