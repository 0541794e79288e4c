import type { ClusterStatus } from './cluster-status.ts';
import type { InstallationStatus } from './installation-status.ts';
import type { Problem } from './problem.ts';

/** A condition as it is shown: of an installation, or of a ClusterProfile. */
export interface ShownCondition {
  readonly type: string;
  readonly status: string;
  readonly since: string | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

/** One thing that happened, as an Event tells it. */
export interface Happening {
  /** RFC 3339. */
  readonly at: string | undefined;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly count: number;
}

/** One object, and what belongs to it. */
export interface ObjectStatus {
  /** `serving/namespace/name`. */
  readonly object: string;
  readonly installation: InstallationStatus | undefined;
  readonly cluster: ClusterStatus;
  readonly conditions: readonly ShownCondition[];
  /** The newest first. */
  readonly events: readonly Happening[];
  readonly problems: readonly Problem[];
}
