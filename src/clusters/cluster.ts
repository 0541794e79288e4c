import type { KubeClient } from '../kube/index.ts';

/** One cluster as it is connected now. Another connection to it is another value, with another generation. */
export interface Cluster {
  /** Canonical: `clusterprofile#namespace/name`, `hub`. */
  readonly id: string;
  /** What people call it, in messages, logs and the metric label `target_cluster`: `namespace/name` of its profile, or `hub`. */
  readonly name: string;
  /** Grows with every connection. */
  readonly generation: number;
  readonly client: KubeClient;
  readonly serverVersion: string;
  /** Which cluster it is, whoever leads there, for `isSameCluster`; undefined where nobody asked. */
  readonly identity?: string | undefined;
  /** Aborts when this connection is lost, replaced or no longer wanted; work on it must stop then. */
  readonly signal: AbortSignal;
}
