import type { ResolvedAccess } from '../../../clusters/index.ts';
import type { Answer } from '../../hub/answer.ts';
import type { FleetProfile } from '../../hub/fleet-profile.ts';
import type { Installation } from '../../status/installation.ts';
import type { Contact } from './connection.ts';
import type { Rule } from './rule.ts';

/** Everything that checks of one cluster judge by, gathered once from where the command line runs. */
export interface ClusterFacts extends Contact<readonly Rule[]> {
  /** `namespace/name`, or what the user typed where there is no such ClusterProfile. */
  readonly name: string;
  /** When the facts were complete, in milliseconds since the epoch. */
  readonly now: number;
  /** Undefined where there is none. */
  readonly profile: FleetProfile | undefined;
  /** Names of ClusterProfiles that there are. */
  readonly others: readonly string[];
  /** Names of other ClusterProfiles that lead to the same server. */
  readonly alike: readonly string[];
  readonly access: Answer<ResolvedAccess>;
  /** What is to be installed there. */
  readonly installations: readonly Installation[];
}
