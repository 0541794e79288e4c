import type { Cluster } from '../cluster.ts';
import type { TargetFailure } from '../target.ts';

/** Where members come from; a canonical id begins with one of them and `#`. */
export type MemberProvider = 'kubeconfig' | 'file' | 'clusterprofile' | 'hub';

/** A cluster that can run workloads of the hub. */
export interface Member {
  /** Canonical: `provider#local`. */
  readonly id: string;
  readonly provider: MemberProvider;
  /** What its provider calls it: the name of its Secret, `path+context`, `namespace/name`, or the name of the hub. */
  readonly local: string;
  /** The everyday name; undefined while another member owns it, or where there is no valid one. */
  readonly alias: string | undefined;
  /** `Unknown` until it was first asked. */
  readonly state: 'Ready' | 'NotReady' | 'Unknown';
  /** The state in a sentence; never a credential. */
  readonly info: string;
  /** When the state last changed, in milliseconds since 1970. */
  readonly since: number;
  /** Somebody asked to move everything away from it. */
  readonly isDrained: boolean;
  /** The connection, while there is one. */
  readonly cluster: Cluster | undefined;
  /** Why a ClusterProfile leads nowhere, as TargetClusterResolved tells it. */
  readonly failure?: TargetFailure | undefined;
  /** Which kubeconfig the state is about, as `credentialMark` has it; undefined while none has been tried to its end. */
  readonly credential?: string | undefined;
  /** When its credential ends, in milliseconds since 1970, where that is known. */
  readonly credentialExpiresAt?: number | undefined;
}

/** What a reference in `spec.memberClusters[].name` leads to: an alias, a canonical id, or what its provider calls it. */
export type MemberLookup =
  | { readonly found: 'member'; readonly member: Member }
  /** Several are called so; their canonical ids. */
  | { readonly found: 'several'; readonly ids: readonly string[] }
  /** Nobody is; up to three that are called alike. */
  | { readonly found: 'nothing'; readonly alike: readonly string[] };

/** Where members come from that are not known yet. */
export interface AwaitedSource {
  readonly provider: MemberProvider;
  /** What hinders it, in a sentence; undefined where it only takes its time. */
  readonly why: string | undefined;
}

/** All members there are, whatever they come from. */
export interface MemberRegistry {
  /** Every source has told what it has. */
  readonly isSynced: boolean;
  /** Whose sources have not told yet, or of whom nobody knows yet whether they are drained. */
  readonly awaited: readonly AwaitedSource[];
  /** Sorted by canonical id; masked ones too. A new array after each change, so that it can be compared. */
  readonly members: readonly Member[];
  find(reference: string): MemberLookup;
  /**
   * The user works with these references from now on, and with no others: `clusterprofile#namespace/name` connects to
   * profiles that are no members by their label. No references end its interest.
   */
  use(user: string, references: readonly string[]): void;
  /** Told after each change of the members, of their states or connections, with the canonical ids that changed. Returns what ends it. */
  subscribe(listener: (changed: ReadonlySet<string>) => void): () => void;
  /** A watch or a call on this connection failed: its owner asks the cluster whether it is still there. */
  failed(cluster: Cluster, error: unknown): void;
}
