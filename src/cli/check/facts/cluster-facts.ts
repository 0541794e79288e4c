import type { ResolvedAccess } from '../../../clusters/index.ts';
import type { Answer } from '../../hub/answer.ts';
import type { FleetProfile } from '../../hub/fleet-profile.ts';
import type { Installation } from '../../status/installation.ts';
import type { Rule } from './rule.ts';
import type { SelfReview } from './self-review.ts';
import type { ServerCertificate } from './server-certificate.ts';

/** Everything that checks of one cluster judge by, gathered once from where the command line runs. */
export interface ClusterFacts {
  /** `namespace/name`, or what the user typed where there is no such ClusterProfile. */
  readonly name: string;
  /** When the facts were complete, in milliseconds since the epoch. */
  readonly now: number;
  /** Undefined where there is none. */
  readonly profile: FleetProfile | undefined;
  /** Names of ClusterProfiles that there are. */
  readonly others: readonly string[];
  readonly access: Answer<ResolvedAccess>;
  /** That there is a credential, and when it ends in milliseconds since the epoch; the credential itself is no fact. */
  readonly credential: Answer<{ readonly expiresAt: number | undefined }>;
  readonly certificate: Answer<ServerCertificate>;
  readonly livez: Answer<string>;
  readonly self: Answer<SelfReview>;
  /** What our user lacks there of what the operator needs. */
  readonly missingRights: Answer<readonly Rule[]>;
  /** Version of Kubernetes. */
  readonly kubernetes: Answer<string>;
  /** What is to be installed there. */
  readonly installations: readonly Installation[];
}
