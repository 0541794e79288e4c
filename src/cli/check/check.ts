import { KubeError } from '../../kube/index.ts';
import type { Answer } from '../hub/answer.ts';
import type { ClusterFacts } from './facts/cluster-facts.ts';
import type { ConnectionFacts } from './facts/connection.ts';
import type { HubFacts } from './facts/hub-facts.ts';
import type { MemberFacts } from './facts/member-facts.ts';
import type { Rule } from './facts/rule.ts';

export type CheckLevel = 'error' | 'warning' | 'info';

/** What a check found out. Texts are parts of sentences, without a full stop. */
export type Outcome =
  | { readonly result: 'ok'; readonly detail: string }
  | {
      readonly result: 'failed';
      readonly problem: string;
      readonly cause?: string | undefined;
      /** Absent: what the code says in general. */
      readonly fix?: string | undefined;
      /** What the fix is to grant. */
      readonly rules?: readonly Rule[] | undefined;
      /** Where it is not that of the check. */
      readonly level?: CheckLevel | undefined;
    }
  | {
      readonly result: 'skipped';
      /** What it would have needed: `a connection`. */
      readonly needs: string;
      /** It is this call that lacks it. */
      readonly lackedHere: boolean;
    };

interface CheckBase {
  readonly code: `WW${number}`;
  /** What is so when all is well. */
  readonly title: string;
  readonly level: CheckLevel;
  /** For `--list`. */
  readonly needs: string;
  /** Absent where the code is in the list of reasons, which says it. */
  readonly about?: { readonly meaning: string; readonly fix: string };
}

/** Looks at the hub: a pure function of facts that were gathered once. */
export interface HubCheck extends CheckBase {
  readonly scope: 'hub';
  readonly judge: (facts: HubFacts) => Outcome;
}

/** Looks at one cluster. */
export interface ClusterCheck extends CheckBase {
  readonly scope: 'cluster';
  readonly judge: (facts: ClusterFacts) => Outcome;
}

/** Looks at the connection to one cluster, be it that of a ClusterProfile or a member with a kubeconfig. */
export interface ConnectionCheck extends ClusterCheck {
  readonly alsoOfMembers: true;
  readonly judge: (facts: ConnectionFacts) => Outcome;
}

/** Looks at one member that was registered with a kubeconfig. */
export interface MemberCheck extends CheckBase {
  readonly scope: 'member';
  readonly judge: (facts: MemberFacts) => Outcome;
}

export type Check = HubCheck | ClusterCheck | MemberCheck;

export function ok(detail: string): Outcome {
  return { result: 'ok', detail };
}

export function failed(
  problem: string,
  details: Omit<Extract<Outcome, { readonly result: 'failed' }>, 'result' | 'problem'> = {},
): Outcome {
  return { result: 'failed', problem, ...details };
}

export function skipped(needs: string): Outcome {
  return { result: 'skipped', needs, lackedHere: false };
}

/** Something that this call lacks: another call would know. */
export function skippedHere(needs: string): Outcome {
  return { result: 'skipped', needs, lackedHere: true };
}

/** Judges by an answer; where nobody asked, the check is skipped. */
export function weigh<T>(
  answer: Answer<T>,
  judge: {
    readonly answered: (value: T, tookMs: number) => Outcome;
    readonly failed: (error: Error, tookMs: number) => Outcome;
  },
): Outcome {
  switch (answer.state) {
    case 'answered':
      return judge.answered(answer.value, answer.tookMs);
    case 'failed':
      return judge.failed(answer.error, answer.tookMs);
    case 'notAsked':
      return { result: 'skipped', needs: answer.needs, lackedHere: answer.lackedHere };
  }
}

/** For answers that fail in ways which say enough. */
export function asProblem(error: Error): Outcome {
  return failed(error instanceof KubeError ? error.status.message : error.message);
}
