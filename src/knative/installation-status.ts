import { type Condition, type KnativeStatus, type ReasonName, reasons } from '../api/index.ts';
import {
  type ConditionSet,
  type Conditions,
  findCondition,
  initializeConditions,
  markFalse,
  markTrue,
  markUnknown,
} from '../controller/index.ts';

/** The dependents of Ready on a KnativeServing and a KnativeEventing, by the names that the reference operator gave them. */
export type InstallationCondition =
  | 'DependenciesInstalled'
  | 'DeploymentsAvailable'
  | 'InstallSucceeded'
  | 'TargetClusterResolved'
  | 'VersionMigrationEligible';

export const installationConditions: ConditionSet<InstallationCondition> = {
  dependents: [
    'DependenciesInstalled',
    'DeploymentsAvailable',
    'InstallSucceeded',
    'TargetClusterResolved',
    'VersionMigrationEligible',
  ],
};

/** A status under work. Every function returns a new one, or the same where nothing changes. */
export type StatusDraft = Omit<KnativeStatus, 'conditions'> & { readonly conditions: Conditions };

export function beginStatus(status: KnativeStatus | undefined, now: number): StatusDraft {
  const conditions = (status?.conditions ?? []) as readonly Condition[];
  return { ...status, conditions: initializeConditions(conditions, installationConditions, now) };
}

export function succeed(status: StatusDraft, type: InstallationCondition, now: number): StatusDraft {
  const conditions = markTrue(status.conditions, installationConditions, type, now);
  return conditions === status.conditions ? status : { ...status, conditions };
}

/** `because` is the entry of the list of reasons whose code ends the message; `reason` what the condition shows. */
export function failed(
  status: StatusDraft,
  type: InstallationCondition,
  {
    reason,
    because,
    message,
  }: { readonly reason: string; readonly because: ReasonName; readonly message: string },
  now: number,
): StatusDraft {
  const finding = { reason, message: withCode(message, because) };
  const conditions = markFalse(status.conditions, installationConditions, type, finding, now);
  return conditions === status.conditions ? status : { ...status, conditions };
}

/** The words that users of the reference operator have alerts on come first; the code comes last. */
export function installFailed(
  status: StatusDraft,
  because: ReasonName,
  message: string,
  now: number,
): StatusDraft {
  return failed(
    status,
    'InstallSucceeded',
    { reason: 'Error', because, message: `Install failed with message: ${message}` },
    now,
  );
}

/** Everything is applied, and not everything rolled out: that something could not be applied before is no longer so. */
export function withoutOldFailure(status: StatusDraft, now: number): StatusDraft {
  if (findCondition(status.conditions, 'InstallSucceeded')?.status !== 'False') return status;
  const finding = { reason: '', message: '' };
  const conditions = markUnknown(status.conditions, installationConditions, 'InstallSucceeded', finding, now);
  return { ...status, conditions };
}

export function withCode(message: string, because: ReasonName): string {
  const { code } = reasons[because];
  return message.endsWith(code) ? message : `${/[.!?]$/.test(message) ? message : `${message}.`} ${code}`;
}
