import {
  type Condition,
  installationConditionTypes,
  type KnativeStatus,
  type ReasonName,
  reasons,
} from '../api/index.ts';
import {
  type ConditionSet,
  type Conditions,
  findCondition,
  initializeConditions,
  markFalse,
  markTrue,
  markUnknown,
} from '../controller/index.ts';
import type { Finding } from './transforms/index.ts';

export type InstallationCondition = keyof typeof installationConditionTypes;

export const installationConditions: ConditionSet<InstallationCondition> = {
  dependents: Object.keys(installationConditionTypes) as InstallationCondition[],
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

/** Something a person should know that hinders nothing. */
export interface Note {
  readonly reason: ReasonName;
  readonly message: string;
}

/** Notes stand beside the success that they do not hinder: no reader of Ready is told of trouble. */
export function installed(status: StatusDraft, notes: readonly Note[], now: number): StatusDraft {
  const finding = { reason: notes[0]?.reason ?? '', message: textOf(notes) };
  const conditions = markTrue(status.conditions, installationConditions, 'InstallSucceeded', now, finding);
  return conditions === status.conditions ? status : { ...status, conditions };
}

export function notesOf(findings: readonly Finding[] = []): readonly Note[] {
  return findings.map(({ reason, field, message }) => ({ reason, message: `${field}: ${message}` }));
}

/** The most notes that one message tells of. */
const mostTold = 10;

function textOf(notes: readonly Note[]): string {
  const told = notes.slice(0, mostTold).map(({ reason, message }) => withCode(message, reason));
  const more = notes.length > mostTold ? [`${notes.length - mostTold} more`] : [];
  return [...told, ...more].join('; ');
}

/** Nobody can say yet; only for what is decided soon without anybody doing something. */
export function pending(
  status: StatusDraft,
  type: InstallationCondition,
  message: string,
  now: number,
): StatusDraft {
  const finding = { reason: '', message };
  const conditions = markUnknown(status.conditions, installationConditions, type, finding, now);
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

export function notEligible(
  status: StatusDraft,
  { because, message }: { readonly because: ReasonName; readonly message: string },
  now: number,
): StatusDraft {
  const told = `Version migration is not eligible with message: ${message}`;
  return failed(status, 'VersionMigrationEligible', { reason: 'Error', because, message: told }, now);
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
