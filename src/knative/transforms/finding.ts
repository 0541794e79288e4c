import type { ReasonName } from '../../api/index.ts';

/** Something about a spec that a person should know though nothing fails. */
export interface Finding {
  readonly reason: FindingReason;
  /** The path of what is found: `spec.workloads[0].name`. */
  readonly field: string;
  readonly message: string;
}

export type FindingReason = Extract<
  ReasonName,
  | 'ConfigUnknown'
  | 'OverrideUnmatched'
  | 'FieldNotImplemented'
  | 'NamespaceIgnored'
  | 'VersionUnavailable'
  | 'AddOnUnmaintained'
  | 'AnnotationUnknown'
  | 'ClusterTooOld'
>;
