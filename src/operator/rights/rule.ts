/** Rules as RBAC has them. Where they hold is said by whoever grants them. */
export interface Rule {
  /** Empty for the core group. */
  readonly group: string;
  /** `deployments`, `deployments/status`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only objects of these names; absent: all. */
  readonly names?: readonly string[];
}

/** A rule for people who must decide whether to grant it. */
export interface ExplainedRule extends Rule {
  /** What it is needed for: a sentence or two. */
  readonly why: string;
  /** What it serves is told, or done, only where the right is there; all else works without it. */
  readonly isOptional?: true;
  /** It is about kinds that only some ingresses, sources and settings of Knative have. */
  readonly isForAddOns?: true;
}

export const read = ['get', 'list', 'watch'] as const;
export const deliver = [...read, 'create', 'patch', 'delete'] as const;
