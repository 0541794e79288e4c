import type { ReleasePath } from './release-path.ts';

/** A file of a release as it was published. */
export interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

/** The newest release that has been published. */
export interface Published {
  /** Undefined where there is none. */
  readonly version: string | undefined;
  /** Milliseconds until it is worth asking again. */
  readonly lookAgainMs: number;
}

/** A place that releases come from: a directory, the cache, the project's release page. */
export interface ManifestSource {
  /** Names of the releases of a directory such as `knative-serving`, in any order; empty where there is none. */
  versions(directory: string): Promise<readonly string[]>;
  /**
   * The files of a release in the order of their names; undefined where this source does not have it. Of an add-on,
   * `core` is the version that it goes with. Throws a ManifestError where it should have it.
   */
  read(path: ReleasePath, signal: AbortSignal, core?: string): Promise<readonly ManifestFile[] | undefined>;
  /** True where it only keeps what somebody wanted before: its newest release need not be the newest there is. */
  readonly isPartial?: boolean;
  /**
   * The newest release of a minor version such as `1.22`, or of all, where a source gives more than it lists.
   * Throws a ManifestError.
   */
  newest?(directory: string, minor: string | undefined, signal: AbortSignal): Promise<Published>;
}
