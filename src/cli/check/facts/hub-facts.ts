import type { LoadedProviderFile } from '../../../clusters/index.ts';
import type { CrdComparison } from '../../crds/crd-comparison.ts';
import type { Answer } from '../../hub/answer.ts';
import type { FleetProfile } from '../../hub/fleet-profile.ts';
import type { OperatorLease } from '../../hub/operator-trace.ts';
import type { Installation } from '../../status/installation.ts';
import type { OperatorRun } from './operator-run.ts';
import type { ScalingFacts } from './scaling-facts.ts';
import type { Rule } from './rule.ts';
import type { TimedReview } from './timed-review.ts';

/** Everything that checks of the hub judge by, gathered once. */
export interface HubFacts {
  /** When the facts were complete, in milliseconds since the epoch. */
  readonly now: number;
  /** Version of this command line. */
  readonly version: string;
  readonly context: Answer<{ readonly name: string; readonly server: string }>;
  /** Version of Kubernetes. */
  readonly kubernetes: Answer<string>;
  readonly self: Answer<TimedReview>;
  readonly operatorVersion: Answer<string | undefined>;
  readonly operatorRun: Answer<OperatorRun>;
  /** Files that have the names of our plugins, and come first in PATH. */
  readonly otherPlugins: readonly string[];
  readonly crds: Answer<readonly CrdComparison[]>;
  readonly leases: Answer<readonly OperatorLease[]>;
  /** What the user of this command line lacks of what the operator needs. */
  readonly missingRights: Answer<readonly Rule[]>;
  readonly providerFile: Answer<LoadedProviderFile>;
  readonly profiles: Answer<readonly FleetProfile[]>;
  /** Of both kinds. */
  readonly installations: Answer<readonly Installation[]>;
  /** Undefined where nothing is spread over members, and there are none. */
  readonly scaling: Answer<ScalingFacts | undefined>;
}
