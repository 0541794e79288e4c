import type { FleetMember } from '../../hub/fleet-members.ts';
import type { Answer } from '../../hub/answer.ts';
import type { ConnectionFacts } from './connection.ts';
import type { Rule } from './rule.ts';

/** A member that was registered with a kubeconfig, by a Secret of its own or by a mounted file. */
export interface MemberSubject {
  /** Its alias, or its canonical id where another member owns that. */
  readonly name: string;
  readonly provider: 'kubeconfig' | 'file';
  /** What its provider calls it: the name of its Secret, or `path+context`. */
  readonly local: string;
  /** Where the operator looks for members. */
  readonly namespace: string;
  /** As the operator tells of it; undefined where it does not. */
  readonly told: Pick<FleetMember, 'state' | 'info'> | undefined;
  /** What comes from the hub to it. */
  readonly fromHub: readonly DeliveredWorkloads[];
}

export interface DeliveredWorkloads {
  readonly namespace: string;
  /** `StatefulSet/db`. */
  readonly targets: readonly string[];
}

/** Everything that checks of one member judge by, gathered once from where the command line runs. */
export interface MemberFacts extends MemberSubject, ConnectionFacts {
  /** The Secret on the hub that has its kubeconfig, as `namespace/name`. */
  readonly secret: string;
  /** What its kubeconfig leads to; no part of the credential is a fact. */
  readonly kubeconfig: Answer<{ readonly server: string; readonly warnings: readonly string[] }>;
  readonly missingRights: Answer<MissingMemberRights>;
}

/** What the user of the kubeconfig lacks there of what the operator needs. */
export interface MissingMemberRights {
  /** To scale, in every namespace. */
  readonly toScale: readonly Rule[];
  /** To deliver from the hub, in these namespaces. */
  readonly toDeliver: readonly { readonly namespace: string; readonly rules: readonly Rule[] }[];
}
