import type { ReleasePath } from './release-path.ts';

/** A file of a release as it was published. */
export interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

/** A place that releases come from: a directory, the cache, the project's release page. */
export interface ManifestSource {
  /** Names of the releases of a directory such as `knative-serving`, in any order; empty where there is none. */
  versions(directory: string): Promise<readonly string[]>;
  /**
   * The files of a release in the order of their names; undefined where this source does not have it.
   * Throws a ManifestError where it should have it.
   */
  read(path: ReleasePath, signal: AbortSignal): Promise<readonly ManifestFile[] | undefined>;
}
