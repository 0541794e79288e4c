import { isDeepStrictEqual } from 'node:util';
import type { Condition } from '../api/index.ts';
import { maskSecrets } from './mask-secrets.ts';

/**
 * A living condition set as Knative's (knative.dev/pkg/apis): dependents that together decide `Ready`. Every function
 * returns the array it was given when nothing changes, so that "unchanged" is a comparison of references. Times are
 * milliseconds since the epoch. Unlike Knative's, lastTransitionTime moves with the status only, as the Kubernetes API
 * conventions say, and a message is never a format string.
 */
export interface ConditionSet<Dependent extends string = string> {
  readonly dependents: readonly Dependent[];
}

export type Conditions = readonly Condition[];
export type Finding = Required<Pick<Condition, 'reason' | 'message'>>;
export type UntimedCondition = Omit<Condition, 'lastTransitionTime'>;

/** metav1.Condition's limit, in characters. */
const longestMessage = 32_768;

/** Adds what is missing: Ready as Unknown, dependents as Unknown, or as True where Ready says that all is well. */
export function initializeConditions(conditions: Conditions, set: ConditionSet, now: number): Conditions {
  const ready = findCondition(conditions, 'Ready');
  const status = ready?.status === 'True' ? 'True' : 'Unknown';
  const missing = ['Ready', ...set.dependents].filter(
    (type) => findCondition(conditions, type) === undefined,
  );
  return missing.reduce((result, type) => setCondition(result, { type, status }, now), conditions);
}

/** Marks a dependent as true; Ready becomes what the dependents make it. A note stays with the dependent. */
export function markTrue<Dependent extends string>(
  conditions: Conditions,
  set: ConditionSet<Dependent>,
  type: NoInfer<Dependent>,
  now: number,
  note?: Finding,
): Conditions {
  return mark(conditions, set, { type, status: 'True', ...note }, now);
}

/** Marks a dependent as false, and Ready with the same reason and message. */
export function markFalse<Dependent extends string>(
  conditions: Conditions,
  set: ConditionSet<Dependent>,
  type: NoInfer<Dependent>,
  finding: Finding,
  now: number,
): Conditions {
  return mark(conditions, set, { type, status: 'False', ...finding }, now);
}

/** Marks a dependent as unknown, and Ready with the same reason and message unless a dependent is false. */
export function markUnknown<Dependent extends string>(
  conditions: Conditions,
  set: ConditionSet<Dependent>,
  type: NoInfer<Dependent>,
  finding: Finding,
  now: number,
): Conditions {
  return mark(conditions, set, { type, status: 'Unknown', ...finding }, now);
}

/**
 * For the end of a pass that waits for a person or an event: drops what is still unknown, because Argo CD shows an
 * object as progressing for as long as any condition is. What is not known to be ready is not ready.
 */
export function settleConditions(conditions: Conditions, set: ConditionSet, now: number): Conditions {
  const known = conditions.filter(({ type, status }) => status !== 'Unknown' || type === 'Ready');
  const settled = known.length === conditions.length ? conditions : known;
  if (findCondition(settled, 'Ready')?.status === 'False') return settled;
  const unhappy = unhappiest(conditions, set);
  return setReady(settled, unhappy, unhappy === undefined ? 'True' : 'False', now);
}

/**
 * Sets one condition, of the set or beside it; the array stays sorted by type. Messages quote servers and plugins, so
 * that what looks like a credential in them is masked.
 */
export function setCondition(conditions: Conditions, condition: UntimedCondition, now: number): Conditions {
  const before = findCondition(conditions, condition.type);
  const keepsTime = before?.status === condition.status && before.lastTransitionTime !== undefined;
  const after = withoutEmpty({
    ...condition,
    message: truncate(maskSecrets(condition.message ?? '')),
    lastTransitionTime: keepsTime ? before.lastTransitionTime : timestamp(now),
  });
  if (isDeepStrictEqual(before, after)) return conditions;
  return [...conditions.filter(({ type }) => type !== condition.type), after].toSorted(byType);
}

export function removeCondition(conditions: Conditions, type: string): Conditions {
  return findCondition(conditions, type) === undefined
    ? conditions
    : conditions.filter((condition) => condition.type !== type);
}

export function findCondition(conditions: Conditions, type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/**
 * Gives conditions that end a pass with the status they began it with their old times back: what a status was in
 * between, nobody saw.
 */
export function keepTransitionTimes(before: Conditions, after: Conditions): Conditions {
  const kept = after.map((condition) => {
    const old = findCondition(before, condition.type);
    const time = old?.status === condition.status ? old.lastTransitionTime : condition.lastTransitionTime;
    return time === condition.lastTransitionTime || time === undefined
      ? condition
      : { ...condition, lastTransitionTime: time };
  });
  return isDeepStrictEqual(kept, before) ? before : kept;
}

/** Of several dependents with the deciding status the one marked just now speaks for Ready. */
function mark(
  conditions: Conditions,
  set: ConditionSet,
  condition: UntimedCondition,
  now: number,
): Conditions {
  const marked = setCondition(conditions, condition, now);
  const unhappy = unhappiest(marked, set);
  return unhappy?.status === condition.status
    ? setReady(marked, condition, condition.status, now)
    : setReady(marked, unhappy, unhappy?.status ?? 'True', now);
}

function setReady(
  conditions: Conditions,
  from: UntimedCondition | undefined,
  status: Condition['status'],
  now: number,
): Conditions {
  const { reason = '', message = '' } = from ?? {};
  return setCondition(conditions, { type: 'Ready', status, reason, message }, now);
}

/** What Ready copies: the false dependent that changed last, or else the unknown one; a missing one is unknown. */
function unhappiest(conditions: Conditions, set: ConditionSet): Condition | undefined {
  const dependents = set.dependents
    .map((type): Condition => findCondition(conditions, type) ?? { type, status: 'Unknown' })
    .toSorted((a, b) => changedAt(b) - changedAt(a) || byType(a, b));
  return (
    dependents.find(({ status }) => status === 'False') ??
    dependents.find(({ status }) => status === 'Unknown')
  );
}

function changedAt({ lastTransitionTime }: Condition): number {
  return lastTransitionTime === undefined ? 0 : Date.parse(lastTransitionTime) || 0;
}

function byType(a: Condition, b: Condition): number {
  if (a.type === b.type) return 0;
  return a.type < b.type ? -1 : 1;
}

/** metav1.Time: RFC 3339 with seconds. */
function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

function truncate(message: string): string {
  // A character beyond the first plane is two units; half of one is no text.
  return message.length <= longestMessage
    ? message
    : message.slice(0, longestMessage).replace(/[\uD800-\uDBFF]$/, '');
}

function withoutEmpty(condition: Condition): Condition {
  const { reason, message, ...rest } = condition;
  return {
    ...rest,
    ...(reason === undefined || reason === '' ? {} : { reason }),
    ...(message === undefined || message === '' ? {} : { message }),
  };
}
