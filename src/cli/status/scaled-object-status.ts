import { type NamedReason, reasonOfCondition, withoutCode } from '../codes/reason-of-code.ts';
import { type FleetMember } from '../hub/fleet-members.ts';
import { isAbout, type ScaledObject, type ScaledObjectRow } from '../hub/scaled-object.ts';
import type { Level } from './level.ts';
import { nextStep } from './next-step.ts';

export type ScaledObjectState = 'Ready' | 'Degraded' | 'Paused' | 'Progressing' | 'NotReady' | 'Removing';

export interface ScaledObjectStatus extends Omit<ScaledObject, 'annotations'> {
  readonly state: ScaledObjectState;
  readonly level: Level;
  /** RFC 3339. */
  readonly since: string | undefined;
  readonly reason: string | undefined;
  readonly code: NamedReason['code'] | undefined;
  readonly message: string | undefined;
  readonly next: string | undefined;
  readonly active: boolean | undefined;
  readonly healthyMembers: number;
}

/** How a DistributedScaledObject is, by its own conditions and rows. */
export function scaledObjectStatus(object: ScaledObject): ScaledObjectStatus {
  const { annotations: _, ...facts } = object;
  const active = object.conditions.find(({ type }) => type === 'ScaledObjectActive')?.status;
  return {
    ...facts,
    ...judge(object),
    active: active === undefined || active === 'Unknown' ? undefined : active === 'True',
    healthyMembers: object.rows.filter(isHealthy).length,
  };
}

/** Rows that are wanted and do not come along. */
export function troubledRows({ rows }: Pick<ScaledObject, 'rows'>): readonly ScaledObjectRow[] {
  return rows.filter((row) => !isHealthy(row));
}

/** That it is degraded says no more than the trouble of these members, which is told once. */
export function isExplainedBy(
  object: ScaledObjectStatus,
  members: readonly Pick<FleetMember, 'name' | 'id' | 'provider' | 'state'>[],
): boolean {
  const troubled = troubledRows(object);
  return (
    object.reason === 'MembersDegraded' &&
    troubled.length > 0 &&
    troubled.every((row) => members.some((member) => member.state === 'NotReady' && isAbout(row, member)))
  );
}

function isHealthy({ state, excluded }: ScaledObjectRow): boolean {
  return state === 'Ready' && !excluded;
}

type Judgement = Pick<
  ScaledObjectStatus,
  'state' | 'level' | 'since' | 'reason' | 'code' | 'message' | 'next'
>;

const none = { reason: undefined, code: undefined, message: undefined };

function judge({ conditions, deletedAt, observed, createdAt, total, current }: ScaledObject): Judgement {
  if (deletedAt !== undefined)
    return { state: 'Removing', level: 'waiting', since: deletedAt, ...none, next: 'being removed' };
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined || !observed || ready.status === 'Unknown')
    return {
      state: 'Progressing',
      level: 'waiting',
      since: ready?.lastTransitionTime ?? createdAt,
      ...none,
      next: 'waits for the operator',
    };
  const since = ready.lastTransitionTime;
  const cause = reasonOfCondition(ready);
  const told = {
    since,
    reason: ready.reason,
    code: cause?.code,
    message: ready.message === undefined ? undefined : withoutCode(ready.message),
  };
  if (ready.status === 'False') {
    const level = cause?.level === 'info' ? 'waiting' : (cause?.level ?? 'error');
    return { state: 'NotReady', level, ...told, next: nextStep(cause?.code) };
  }
  if (cause?.level === 'warning' || ready.reason === 'MembersDegraded')
    return { state: 'Degraded', level: 'warning', ...told, next: 'the others serve the total' };
  if (conditions.some(({ type, status }) => type === 'Paused' && status === 'True'))
    return { state: 'Paused', level: 'ok', since, ...none, next: 'stays until it is resumed' };
  const next = total === undefined || total === current ? undefined : `on its way to ${total}`;
  return { state: 'Ready', level: 'ok', since, ...none, next };
}
